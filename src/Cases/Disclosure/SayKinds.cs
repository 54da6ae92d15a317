using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Disclosure;

/// <summary>What is sent: what an agency is.</summary>
internal sealed record SentKinds
{
    /// <summary>Kinds of recipient; none for an agency of which nothing is said any more.</summary>
    public IReadOnlyList<string> Kinds { get; set; } = [];

    /// <summary>The other state that it acts for.</summary>
    public string? Country { get; init; }
}

/// <summary>An agency and what it is.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kinds">Kinds of recipient.</param>
/// <param name="Country">The other state that it acts for, two letters.</param>
/// <param name="Version">Which version it is; 0 while nothing was said.</param>
internal sealed record ShownKinds(Guid Id, string Name, IReadOnlyList<string> Kinds, string? Country, int Version);

/// <summary>
/// Says what kinds of recipient the agencies of the node are. Who cares for an agency alone may look, and does not change it: otherwise
/// an agency would lift by itself what persons have shut it out from.
/// </summary>
internal sealed class SayKinds(NodeDb db, UserReaders users)
{
    /// <summary>The right to look after users and agencies, which the platform has.</summary>
    public const string Care = "users.manage";

    private const string Root = OpenCase.Root + "/agencies";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, static async (HttpContext context, SayKinds say, CancellationToken cancellationToken) =>
                Results.Json(new { agencies = await say.ListAsync(context.Actor(), cancellationToken) }, CaseJson.Options))
            .Needs(Care).WithSummary("The agencies in one's care, with the kinds of recipient that they are");
        routes.MapPut(Root + "/{id:guid}/kinds", static async (HttpContext context, Guid id, SayKinds say, CancellationToken cancellationToken) =>
            {
                await say.AdmitAsync(id, context.Actor(), cancellationToken);
                var version = RecordVersions.Meant(context);
                var (said, wrong) = await SentJson.ReadAsync<SentKinds>(context.Request, cancellationToken);
                var kept = await say.RunAsync(id, version, said, wrong, context.Actor(), cancellationToken);
                context.Response.Headers.ETag = RecordVersions.Tag(kept.Version);
                return Results.Json(kept, CaseJson.Options);
            })
            .Needs(Care).DoneOnce().DisableAntiforgery().TakesAtMost(16 * 1024)
            .WithSummary("Says what an agency is: {kinds: codes of recipients, country: of another state that it acts for}; If-Match names the version that was read, \"v0\" for the first. For those who care for the whole node");
    }

    /// <summary>True for those who may say it: who care for the whole node.</summary>
    public static bool MaySay(Actor actor) => actor.May(Care, new RecordPlace());

    /// <summary>False of a node of which nobody said in which country it stands: its authorities may then be of any.</summary>
    public bool IsStateKnown => users.Host != Reader.NoState;

    /// <summary>The agencies in the reader's care, by name.</summary>
    public async Task<IReadOnlyList<ShownKinds>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var said = await AgencyKinds.ReadAsync(connection);
        return
        [
            .. (await Agencies.AllAsync(db, cancellationToken)).Where(agency => actor.May(Care, new RecordPlace(Agency: agency.Id)))
                .Select(agency => Of(agency, said.GetValueOrDefault(agency.Id, AgencyKind.Unknown))),
        ];
    }

    /// <summary>The agency, for somebody who may say what it is.</summary>
    /// <exception cref="Problem">It is not in their care, which is as if there were none; or in theirs alone.</exception>
    public async Task<Agency> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var agency = (await Agencies.AllAsync(db, cancellationToken)).FirstOrDefault(one => one.Id == id);
        if (agency is null || !actor.May(Care, new RecordPlace(Agency: id)))
            throw PlatformProblems.NotFound.With();
        return MaySay(actor) ? agency : throw PlatformProblems.Forbidden.With();
    }

    /// <summary>Keeps it; from then on it decides what is open to the people of the agency.</summary>
    /// <exception cref="Problem">A code or country is unknown, a state is named of an agency that acts for none, or somebody else was first.</exception>
    public async Task<ShownKinds> RunAsync(Guid id, int version, SentKinds said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        var agency = await AdmitAsync(id, actor, cancellationToken);
        if (said.Kinds.Any(code => !AgencyKinds.Codes.Contains(code, StringComparer.Ordinal)))
            wrong.Add(("kinds", CasesProblems.CodeUnknown));
        var country = string.IsNullOrWhiteSpace(said.Country) ? null : Countries.Find(said.Country.Trim())?.Alpha2;
        if (country is null && !string.IsNullOrWhiteSpace(said.Country))
            wrong.Add(("country", CasesProblems.CountryUnknown));
        else if (country is not null && !said.Kinds.Any(code => Vocabulary.Shipped.FindClass(code)?.Authority == true))
            wrong.Add(("country", CasesProblems.NoAuthority));
        SentJson.RefuseIf(wrong);
        IReadOnlyList<string> kinds = [.. AgencyKinds.Codes.Where(said.Kinds.Contains)];
        // An authority of the state in which the node stands is what an authority is unless something else is said.
        country = country is not null && CountryCodes.Same(country, users.Host) ? null : country;
        await using var change = await db.BeginAsync(actor, "cases.agency.kinds", $"agency:{id:D}", cancellationToken);
        change.Describe(new { kinds, country });
        if (await change.ExecuteAsync(
            version == 0
                ? """
                  insert into cases_agency_kinds (agency_id, kinds, country, changed_at, changed_by, version) values (@id, @Kinds, @country, @Now, @By, 1)
                  on conflict do nothing
                  """
                : "update cases_agency_kinds set kinds = @Kinds, country = @country, changed_at = @Now, changed_by = @By, version = version + 1 where agency_id = @id and version = @version",
            new { id, Kinds = string.Join(' ', kinds), country, Now = db.Time.GetUtcNow(), By = actor.AuditName, version }) == 0)
            throw PlatformProblems.Changed.With();
        change.Touch(AgencyKinds.Area);
        await change.CommitAsync(cancellationToken);
        return Of(agency, new AgencyKind(kinds, country, version + 1));
    }

    private static ShownKinds Of(Agency agency, AgencyKind said) => new(agency.Id, agency.Name, said.Codes, said.Country, said.Version);
}

/// <summary>The same for whoever fills a node by a program: the demonstration.</summary>
public sealed class KindsAtConsole
{
    private readonly SayKinds say;

    internal KindsAtConsole(SayKinds say) => this.say = say;

    /// <summary>Says what an agency is of which nothing was said yet; false when something was.</summary>
    /// <param name="agency">Its key.</param>
    /// <param name="kinds">Kinds of recipient, codes of the vocabulary of consents.</param>
    /// <param name="actor">Who says it.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">There is no such agency or kind.</exception>
    public async Task<bool> SayFirstAsync(Guid agency, IReadOnlyList<string> kinds, Actor actor, CancellationToken cancellationToken)
    {
        if ((await say.ListAsync(actor, cancellationToken)).Any(one => one.Id == agency && one.Version > 0))
            return false;
        await say.RunAsync(agency, 0, new SentKinds { Kinds = kinds }, [], actor, cancellationToken);
        return true;
    }
}
