namespace Tambo.Cases.Attachments;

/// <summary>A file as it is announced.</summary>
internal sealed record SentFile
{
    /// <summary>What it is called on the device.</summary>
    public string Name { get; set; } = "";

    /// <summary>Bytes.</summary>
    public long Length { get; init; }

    /// <summary>SHA-256 of it, in hexadecimal.</summary>
    public string Sha256 { get; set; } = "";

    public string? Compartment { get; init; }

    public string? Note { get; init; }

    public override string ToString() => "•••";
}

/// <summary>What is sealed of a file beside its bytes.</summary>
internal sealed record FileContent
{
    public string Name { get; init; } = "";

    public string? Note { get; init; }

    /// <summary>Of the file as it came.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>What it is, told from its bytes; empty until it has come.</summary>
    public string MediaType { get; init; } = "";

    public string Extension { get; init; } = "";

    /// <summary>Bytes that are kept.</summary>
    public long Kept { get; init; }

    /// <summary>Why it was not taken, as a code; empty while nothing was against it.</summary>
    public string Refused { get; init; } = "";

    public override string ToString() => "•••";
}

/// <summary>A file as it is shown: not its bytes.</summary>
internal sealed record ShownFile(Guid Id, string State, int Version, DateTimeOffset At, string Compartment, string? Name, string? Note, string? MediaType, long? Bytes, long Received, long Length)
{
    public override string ToString() => "•••";
}
