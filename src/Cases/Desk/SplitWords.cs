using Tambo.Cases.Access;
using Tambo.Cases.Family;
using Tambo.Cases.Plan;
using Tambo.Cases.Referrals;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>Where the steps would take somebody that a second person is asked about: in words, and as fields of the question.</summary>
internal sealed class SplitWords(NodeDb db, ListReferrals referrals, Register.AssignCase assign)
{
    /// <summary>Each question's target in words, by the question; a referral whose kind of help is closed to the reader is not named.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> OfAsync(Guid caseId, IReadOnlyList<ShownSplit> splits, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var targets = splits.Where(split => split.To is not null).ToDictionary(split => split.Id, split => split.To!);
        if (targets.Count == 0)
            return new Dictionary<Guid, string>();
        var named = targets.Values.Any(to => to.Referral is not null) ? (await referrals.OfCaseAsync(caseId, actor, cancellationToken)).ToDictionary(one => one.Id) : new Dictionary<Guid, ShownReferral>();
        var staff = await ActorNames.OfAsync(db, targets.Values.Where(to => to.Owner is not null).Select(to => UserOf(to.Owner!.Value)).Distinct(), cancellationToken);
        var teams = (await Agencies.TeamsAsync(db, cancellationToken)).ToDictionary(team => team.Id, team => team.Name);
        return targets.ToDictionary(one => one.Key, one => texts.Format("cases.family.to", ("where", Where(one.Value))));

        string Where(SplitTarget to)
        {
            if (to.Referral is { } referral)
                return named.TryGetValue(referral, out var known) ? Said(known, texts) : texts["cases.closed_part"];
            var place = to.Kind is { } kind ? $"{texts["cases.transfer.kind." + kind]}: {to.Place}" : null;
            var words = new[] { place, to.Owner is { } owner ? ActorNames.Said(UserOf(owner), staff, texts) : null, to.Team is { } team ? teams.GetValueOrDefault(team, texts["shell.unknown"]) : null }.OfType<string>().ToList();
            return words.Count > 0 ? string.Join(texts.Comma, words) : texts["cases.family.to.nobody"];
        }
    }

    /// <summary>The fields that say which referral a question is about, or who is to have the case, as far as there is a choice.</summary>
    public async Task<IReadOnlyList<AskedField>> AskedAsync(EnteredCase entered, Texts texts, CancellationToken cancellationToken)
    {
        var fields = new List<AskedField>();
        if (entered.May(CasesRights.Refer) && (await referrals.OfCaseAsync(entered.Row.Id, entered.Actor, cancellationToken)).Where(one => SplitReviews.IsBefore(one.State)).ToList() is { Count: > 0 } given)
            fields.Add(Select("referral", "cases.family.referral", given.Select(one => new Choice(one.Id.ToString("D"), Said(one, texts)))));
        if (!entered.May(CasesRights.Supervise) && !entered.May(CasesRights.Edit))
            return fields;
        // As it is given: by a supervisor to whoever may have it, by others to themselves.
        var colleagues = entered.May(CasesRights.Supervise) ? await assign.AbleAsync(entered, cancellationToken) : [entered.Actor];
        fields.Add(Select("owner", "cases.family.owner", colleagues.Where(one => one.UserId is not null).Select(one => new Choice(one.UserId!.Value.ToString("D"), one.DisplayName))));
        if ((await Agencies.TeamsAsync(db, cancellationToken)).Where(team => team.AgencyId == entered.Row.AgencyId).ToList() is { Count: > 0 } teams)
            fields.Add(Select("team", "cases.family.team", teams.Select(team => new Choice(team.Id.ToString("D"), team.Name))));
        return fields;

        AskedField Select(string name, string key, IEnumerable<Choice> choices) =>
            new(name, texts[key], FieldKind.Select) { Hint = texts[key + ".hint"], Choices = [new Choice("", texts["cases.not_said"]), .. choices] };
    }

    private static string Said(ShownReferral one, Texts texts) =>
        $"{texts["referral.kind." + one.Kind]}: {one.ServiceName ?? texts[one.IsHidden ? "referral.service.confidential" : "shell.unknown"]}";

    private static string UserOf(Guid user) => $"user:{user:D}";
}
