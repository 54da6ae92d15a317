namespace Tambo.Guide.Cards;

/// <summary>A language that can be chosen.</summary>
/// <param name="Code">Language tag.</param>
/// <param name="OwnName">Its name in itself.</param>
/// <param name="Name">Its name in the reader's language.</param>
/// <param name="Direction">ltr or rtl.</param>
public sealed record CardTongue(string Code, string OwnName, string Name, string Direction);

/// <summary>A sentence as it is shown.</summary>
/// <param name="Text">The sentence; empty when there is none in this language, or it is hidden.</param>
/// <param name="Note">Who reviewed it, that nobody has, or that there is none; empty when there is nothing to say.</param>
/// <param name="MayBeRead">True when the device may read it aloud.</param>
public sealed record CardWords(string Text, string Note, bool MayBeRead);

/// <summary>A card: a drawing and the sentence in one or two languages.</summary>
/// <param name="Id">Stands in the address.</param>
/// <param name="Picture">The drawing.</param>
/// <param name="Mine">In the reader's language.</param>
/// <param name="Theirs">In the other one; null when none was chosen.</param>
public sealed record CardFace(string Id, string Picture, CardWords Mine, CardWords? Theirs);

/// <summary>The cards that one of two people says, of a subject.</summary>
/// <param name="SaidByKey">The text that says who, where both say something; else null.</param>
/// <param name="Cards">The cards.</param>
public sealed record CardRow(string? SaidByKey, IReadOnlyList<CardFace> Cards);

/// <summary>A subject with its cards.</summary>
public sealed record CardSubject
{
    /// <summary>Its code.</summary>
    public required string Id { get; init; }

    /// <summary>Its cards, by who says them.</summary>
    public required IReadOnlyList<CardRow> Rows { get; init; }

    /// <summary>True when sentences are kept back because no speaker has reviewed them.</summary>
    public bool IsHidden { get; init; }

    /// <summary>True when such sentences are shown because the reader asked for them.</summary>
    public bool IsShownUnreviewed { get; init; }
}

/// <summary>The cards of two languages, ready to be shown.</summary>
public sealed record CardsAnswer
{
    /// <summary>Every language that can be chosen.</summary>
    public required IReadOnlyList<CardTongue> Tongues { get; init; }

    /// <summary>The reader's.</summary>
    public required CardTongue Mine { get; init; }

    /// <summary>The other person's; null while none is chosen.</summary>
    public CardTongue? Theirs { get; init; }

    /// <summary>The answers that stand beside every phrase.</summary>
    public required IReadOnlyList<CardFace> Answers { get; init; }

    /// <summary>The subjects.</summary>
    public required IReadOnlyList<CardSubject> Subjects { get; init; }

    /// <summary>Names of the languages in which sentences are shown that no speaker has reviewed.</summary>
    public required IReadOnlyList<string> Unreviewed { get; init; }

    /// <summary>True when the reader asked for the sentences that are kept back.</summary>
    public bool AsksForAll { get; init; }
}
