using Tambo.Cases.Disclosure;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Consent;

/// <summary>
/// Knows those whom consents name: agencies and members of staff of this node, organisations and services of its directory. An
/// exclusion whose name is written otherwise than it is compared would shut out nobody, and nobody would notice.
/// </summary>
internal sealed class KnownRecipients(NodeDb db, LiveDirectory directory, PartyNames names)
{
    private const int LongestName = 200;

    /// <summary>What was sent with every name written as it is compared, each exclusion once; what names nobody is noted at its place.</summary>
    public async Task<SentConsent> MendedAsync(SentConsent said, List<(string Field, ProblemKind Kind)> wrong, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, bool>(StringComparer.Ordinal);
        var (scopes, exclusions) = (new List<ConsentScope>(), new List<RecipientName>());
        for (var at = 0; at < said.Scopes.Count; at++)
            scopes.Add(said.Scopes[at] with { Recipient = await MendedAsync(said.Scopes[at].Recipient, $"scopes[{at}]", known, wrong, cancellationToken) });
        for (var at = 0; at < said.Exclusions.Count; at++)
        {
            var mended = await MendedAsync(said.Exclusions[at], $"exclusions[{at}]", known, wrong, cancellationToken);
            // What is typed and is one that the node knows means that one, whatever it is called later, and whoever goes by the name then.
            if (mended.Kind == RecipientName.Named && await names.OneOfAsync(mended.Code, cancellationToken) is { } only)
                mended = new RecipientName(RecipientName.One, only.ToString("D")) { Typed = mended.Code };
            if (!exclusions.Exists(one => one.Means(mended)))
                exclusions.Add(mended);
        }

        return said with { Scopes = scopes, Exclusions = exclusions };
    }

    /// <summary>Recipients in words; of one that the reader may not know by name it is said that there is one.</summary>
    /// <param name="recipients">Who.</param>
    /// <param name="reader">Who reads; null for what leaves the node, which names what everybody is shown.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<RecipientWords> WordsAsync(IEnumerable<RecipientName> recipients, Actor? reader, CancellationToken cancellationToken)
    {
        var codes = recipients.Where(recipient => recipient.Kind == RecipientName.One).Select(recipient => recipient.Code).Distinct(StringComparer.Ordinal).ToList();
        var words = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (codes.Count == 0)
            return new RecipientWords(words);
        var agencies = (await Agencies.AllAsync(db, cancellationToken)).ToDictionary(agency => agency.Id.ToString("D"), agency => agency.Name, StringComparer.Ordinal);
        var users = await ActorNames.OfAsync(db, codes.Where(code => !agencies.ContainsKey(code)).Select(code => "user:" + code), cancellationToken);
        var moment = await directory.GetAsync(cancellationToken);
        ServiceDirectory shown = reader?.May("guide.confidential") == true ? moment.Staff : moment.Public;
        foreach (var code in codes)
        {
            if ((agencies.GetValueOrDefault(code) ?? users.GetValueOrDefault("user:" + code)) is { } name)
                words[code] = name;
            else if (Guid.TryParseExact(code, "D", out var id) && (moment.Staff.Organization(id) is not null || moment.Staff.Service(id) is not null))
                words[code] = shown.Organization(id)?.Name ?? shown.Service(id)?.Name;
        }

        return new RecipientWords(words);
    }

    private async Task<RecipientName> MendedAsync(
        RecipientName? recipient, string field, Dictionary<string, bool> known, List<(string Field, ProblemKind Kind)> wrong, CancellationToken cancellationToken)
    {
        if (recipient?.Code?.Trim() is not { } code)
        {
            wrong.Add((field, FormProblems.Missing));
            return recipient ?? new RecipientName("", "");
        }

        switch (recipient.Kind)
        {
            case RecipientName.OfCountry:
                return recipient with { Code = Countries.Find(code)?.Alpha3 ?? code };
            case RecipientName.Named:
                code = string.Join(' ', code.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
                if (code.Length > LongestName)
                    wrong.Add((field, CasesProblems.TextTooLong));
                return recipient with { Code = code };
            // Without a name at all it is found by the checks of the consent.
            case RecipientName.One when code.Length > 0:
                if (!Guid.TryParse(code, out var id))
                {
                    wrong.Add((field, ConsentProblems.RecipientUnknown));
                    return recipient;
                }

                code = id.ToString("D");
                if (!known.TryGetValue(code, out var isKnown))
                    known[code] = isKnown = await KnowsAsync(id, cancellationToken);
                if (!isKnown)
                    wrong.Add((field, ConsentProblems.RecipientUnknown));
                return recipient with { Code = code };
            default:
                return recipient with { Code = code };
        }
    }

    private async Task<bool> KnowsAsync(Guid id, CancellationToken cancellationToken)
    {
        if ((await Agencies.AllAsync(db, cancellationToken)).Any(agency => agency.Id == id)
            || (await ActorNames.OfAsync(db, [$"user:{id:D}"], cancellationToken)).Count > 0)
            return true;
        var moment = await directory.GetAsync(cancellationToken);
        return moment.Staff.Organization(id) is not null || moment.Staff.Service(id) is not null;
    }
}

/// <summary>What recipients are called.</summary>
/// <param name="Names">By their key; null for one that may not be named.</param>
internal sealed record RecipientWords(IReadOnlyDictionary<string, string?> Names)
{
    /// <summary>One of them, in somebody's language.</summary>
    public string Say(RecipientName recipient, Texts texts) => recipient.Kind switch
    {
        RecipientName.OfClass => texts["consent.recipient." + recipient.Code],
        RecipientName.OfCountry => texts.Format("consent.never.country", ("country", Countries.Name(recipient.Code, texts))),
        RecipientName.One => Names.TryGetValue(recipient.Code, out var name) ? name ?? texts["referral.service.confidential"] : texts["shell.unknown"],
        _ => recipient.Code,
    };
}
