namespace Tambo.Cases.Consent;

/// <summary>
/// What the consents of merged files say together: a pure function. Somebody who agreed to one thing in one file and to another in a
/// second one has agreed, for all that is in both, to what they agreed to in each. What was never to reach somebody never does,
/// whichever file says so; what is agreed to after the merge is agreed to for all of it.
/// </summary>
internal static class NarrowerConsents
{
    /// <summary>Every consent, each with those of its scopes that hold for all files; one that none is left of excludes all the same.</summary>
    /// <param name="consents">The consents of all files, as they were given.</param>
    /// <param name="lead">The file that stayed.</param>
    /// <param name="merged">The files that were merged into it, and when.</param>
    /// <param name="writtenAt">When each consent was written down.</param>
    /// <param name="now">The moment: a consent that has ended carries nothing for another.</param>
    public static IReadOnlyList<GivenConsent> Of(
        IReadOnlyList<GivenConsent> consents, Guid lead, IReadOnlyList<(Guid File, DateTimeOffset At)> merged, IReadOnlyDictionary<Guid, DateTimeOffset> writtenAt, DateTimeOffset now)
    {
        Guid[] files = [lead, .. merged.Select(one => one.File)];
        var of = consents.ToDictionary(consent => consent.Id, FilesOf);
        return [.. consents.Select(consent => consent with
        {
            PersonId = lead,
            Scopes = [.. consent.Scopes.Where(scope => files.All(file => of[consent.Id].Contains(file) || consents.Any(other => of[other.Id].Contains(file) && Says(other, consent.Purpose, scope))))],
        })];

        HashSet<Guid> FilesOf(GivenConsent consent) => consent.PersonId != lead
            ? [consent.PersonId]
            : [lead, .. merged.Where(one => one.At < writtenAt[consent.Id]).Select(one => one.File)];

        bool Says(GivenConsent other, string purpose, ConsentScope scope) =>
            other.Purpose == purpose && other.LegalBasis == GivenConsent.ConsentItself && other.StandingAt(now) == ConsentStanding.InForce
            && other.Scopes.Any(one => one.Category == scope.Category && one.Action == scope.Action && one.Recipient == scope.Recipient
                && (one.Fields.Count == 0 || (scope.Fields.Count > 0 && scope.Fields.All(one.Fields.Contains))));
    }
}
