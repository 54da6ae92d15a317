namespace Tambo.Cases.Persons;

// What has a value by itself is settable, so that what is left out keeps it. Nothing here prints what it holds.

/// <summary>Who somebody is, as far as they say or papers show: the compartment of identity.</summary>
internal sealed record PersonIdentity
{
    public IReadOnlyList<PersonName> Names { get; set; } = [];

    /// <summary>female, male, other, unknown, declined; null when nobody asked.</summary>
    public string? SexRecorded { get; init; }

    public Birth? Birth { get; init; }

    public BirthPlace? PlaceOfBirth { get; init; }

    public IReadOnlyList<Nationality> Nationalities { get; set; } = [];

    /// <summary>True when the person says to have none; whether they are stateless is for a procedure to find.</summary>
    public bool NoNationalityClaimed { get; init; }

    public IReadOnlyList<IdentityDocument> Documents { get; set; } = [];

    public IReadOnlyList<Contact> Contact { get; set; } = [];

    /// <summary>How sure the identity is: declared, document, verified, or elsewhere (by another authority's biometrics).</summary>
    public string Confidence { get; set; } = "declared";

    public override string ToString() => "•••";
}

/// <summary>One of a person's names. A tradition without surnames leaves them out; <see cref="Full"/> is how the person says it.</summary>
internal sealed record PersonName
{
    /// <summary>legal, birth, alias, nickname, religious.</summary>
    public string Kind { get; set; } = "legal";

    public IReadOnlyList<string> Given { get; set; } = [];

    public string? Family1 { get; init; }

    public string? Family2 { get; init; }

    public string? Patronymic { get; init; }

    public string? Grandfather { get; init; }

    public string? Particle { get; init; }

    public string? Full { get; init; }

    /// <summary>ISO 15924, such as Latn or Arab.</summary>
    public string? Script { get; init; }

    /// <summary>The scheme by which it was put into Latin letters, when it was.</summary>
    public string? Romanisation { get; init; }

    /// <summary>sure, likely, unsure.</summary>
    public string Certainty { get; set; } = "likely";

    /// <summary>Every part that has letters.</summary>
    public IEnumerable<string> Parts => new[] { Full, Particle, Family1, Family2, Patronymic, Grandfather }.Concat(Given).Where(part => !string.IsNullOrWhiteSpace(part))!;

    public override string ToString() => "•••";
}

/// <summary>Where somebody was born.</summary>
internal sealed record BirthPlace
{
    public string? Country { get; init; }

    public string? Text { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A nationality that somebody has.</summary>
internal sealed record Nationality
{
    public required string Code { get; init; }

    /// <summary>document, declared, authority.</summary>
    public string Basis { get; set; } = "declared";

    /// <summary>Since when, as a day.</summary>
    public string? Since { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A paper that says who somebody is. Papers of asylum are no kind of it: they stand in the compartment of asylum.</summary>
internal sealed record IdentityDocument
{
    public required string Type { get; init; }

    public string? Issuer { get; init; }

    public required string Number { get; init; }

    public bool SeenOriginal { get; init; }

    public string? Expires { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A way to reach somebody.</summary>
internal sealed record Contact
{
    /// <summary>phone, messaging, email, address, other.</summary>
    public required string Kind { get; init; }

    public required string Value { get; init; }

    /// <summary>True when the person said that writing or calling there puts nobody at risk; null when nobody asked.</summary>
    public bool? Safe { get; init; }

    public string? Note { get; init; }

    public override string ToString() => "•••";
}

/// <summary>What everybody who helps has to know: the general compartment.</summary>
internal sealed record PersonGeneral
{
    public IReadOnlyList<PersonLanguage> Languages { get; set; } = [];

    public string? Notes { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A language that somebody understands.</summary>
internal sealed record PersonLanguage
{
    public required string Code { get; init; }

    public bool Oral { get; set; } = true;

    public bool Written { get; init; }

    /// <summary>True when an interpreter is needed to speak with them in another.</summary>
    public bool Interpreter { get; init; }
}

/// <summary>What is written in any other compartment of a person.</summary>
internal sealed record CompartmentNotes
{
    public string? Notes { get; init; }

    public override string ToString() => "•••";
}
