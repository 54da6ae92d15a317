using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Referrals;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Languages;

namespace Tambo.Cases.Reading;

/// <summary>Says in plain words what lines of decisions hold as codes.</summary>
internal sealed class SaidDecisions(LiveDirectory directory)
{
    /// <summary>The words for a reader.</summary>
    public async Task<DecisionWords> InAsync(Actor reader, Texts texts, CancellationToken cancellationToken) => new(await directory.GetAsync(cancellationToken), reader, texts);
}

/// <summary>What was given and to whom, in the words of a reader's language.</summary>
internal sealed class DecisionWords(DirectoryMoment moment, Actor reader, Texts texts)
{
    private static readonly List<string> Order = [.. Compartments.All, Compartments.Photo];

    /// <summary>Fields in words, in the order of a file; what is closed to the reader is one word for all of it.</summary>
    /// <param name="fields">A compartment each, or <c>compartment/field</c>.</param>
    /// <param name="route">By which way they went.</param>
    /// <param name="open">The compartments that are open to the reader.</param>
    public IReadOnlyList<string> Fields(IEnumerable<string> fields, string route, IReadOnlyList<string> open)
    {
        // What stands there by a keyed mark has no word here.
        var known = fields.Where(field => Order.Contains(CompartmentOf(field))).ToList();
        return
        [
            .. known.Where(field => open.Contains(CompartmentOf(field), StringComparer.Ordinal))
                .OrderBy(field => Order.IndexOf(CompartmentOf(field))).ThenBy(field => field, StringComparer.Ordinal).Select(field => NameOf(field, route)).Distinct(StringComparer.Ordinal),
            .. known.Exists(field => !open.Contains(CompartmentOf(field), StringComparer.Ordinal)) ? [texts["cases.closed_part"]] : Array.Empty<string>(),
        ];
    }

    /// <summary>What was done with them, as one sentence.</summary>
    public string Sentence(string route, bool refused, IReadOnlyList<string> fields) => refused
        ? texts["cases.seen_by.refused." + route]
        : texts.Format("cases.seen_by.did." + route, ("what", fields.Count == 0 ? texts["cases.seen_by.nothing"] : string.Join(texts.Comma, fields)));

    /// <summary>Who got it.</summary>
    public string Recipient(string to) => to == Recipients.Person ? texts["cases.seen_by.to.person"]
        : Recipients.ServiceOf(to) is { } service ? ReceiverNames.Of(moment, service, reader, texts)
        : Recipients.OrganizationOf(to) is { } organization ? NameOf(organization)
        : Recipients.NameOf(to) ?? texts["shell.unknown"];

    private string NameOf(Guid organization) =>
        (reader.May("guide.confidential") ? moment.Staff : moment.Public).Organization(organization)?.Name ?? texts[moment.Staff.Organization(organization) is null ? "shell.unknown" : "referral.service.confidential"];

    private string NameOf(string field, string route) => field.Split('/') switch
    {
        [var compartment, "service"] when route == "print" => texts.Format("cases.seen_by.service", ("part", texts["disclosure.compartment." + compartment])),
        [Compartments.Photo] or [_, "picture"] => texts["cases.photo"],
        [_, var name] when route == "exchange" => texts["tracing.field." + name],
        [_, _] => ReferralWords.Name(field, texts),
        _ => texts["disclosure.compartment." + field],
    };

    private static string CompartmentOf(string field) => field.Split('/')[0];
}
