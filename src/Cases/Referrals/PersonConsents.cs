using System.Data.Common;
using Tambo.Cases.Consent;

namespace Tambo.Cases.Referrals;

/// <summary>Reads every consent of a person, whatever became of it.</summary>
internal delegate Task<IReadOnlyList<GivenConsent>> ConsentsOf(DbConnection connection, Guid personId);

/// <summary>The consents of a person, as an offer and a handover ask for them. Without any, nothing is offered.</summary>
internal sealed class PersonConsents
{
    /// <summary>Where they are read.</summary>
    public ConsentsOf Source { get; set; } = static (_, _) => Task.FromResult<IReadOnlyList<GivenConsent>>([]);

    /// <summary>Every consent of the person.</summary>
    public Task<IReadOnlyList<GivenConsent>> AllAsync(DbConnection connection, Guid personId) => Source(connection, personId);
}
