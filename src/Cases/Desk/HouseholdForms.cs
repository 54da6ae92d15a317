using System.Globalization;
using Tambo.Cases.Access;
using Tambo.Cases.Households;
using Tambo.Platform.Access;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>The forms of a household's page, and how what they say is read. Each question has a name of its own on the page.</summary>
internal static class HouseholdForms
{
    public const string Add = "add";
    public const string Relate = "relate";
    public const string About = "about";

    /// <summary>That two members are not related as it was said.</summary>
    private const string NoLink = "none";

    /// <summary>That nobody speaks for the group.</summary>
    private const string Nobody = "nobody";

    // What a rule says of a record, beside the question that the forms have for it; the first that fits.
    private static readonly (string Path, string Field)[] AtAdd =
        [(".verifiedBy", "newVerified"), (".relation", "newRelation"), ("kin.verifiedBy", "newVerified"), ("kin.as", "newRelation"), ("kin.to", "newTo"), ("links", "newTo"), ("members", "ref"), ("head", "head"), ("kind", "kind")];

    private static readonly (string Path, string Field)[] AtRelate =
        [(".legalBasis", "basis"), (".verifiedBy", "verified"), (".relation", "relation"), ("links", "second"), ("unlinked", "second"), ("head", "head"), ("kind", "kind")];

    /// <summary>The kinds to choose from.</summary>
    public static AskedField Kind(Texts texts, string? chosen) => new("kind", texts["cases.household.kind"], FieldKind.Radio)
    {
        Required = true,
        Choices = Sections.Of(texts, "cases.household.", ["travelling_group", "household"]),
        Value = chosen,
    };

    /// <summary>Adds somebody: by their reference, or who was found.</summary>
    public static SectionForm ToAdd(string address, ShownHousehold shown, IReadOnlyList<DeskMember> may, DeskMember? found, Texts texts) => new(address, Add, texts["cases.household.add.save"])
    {
        Hidden = [Version(shown), .. found is null ? Array.Empty<(string, string)>() : [("who", found.Id.ToString("D"))]],
        Fields =
        [
            .. found is null ? [new AskedField("ref", texts["cases.seek.ref"]) { Required = true, MaxLength = 40, Hint = texts["cases.household.add.ref"] }] : Array.Empty<AskedField>(),
            .. Kin(may, shown.Head, null, texts),
        ],
    };

    /// <summary>How somebody new is related to a member.</summary>
    /// <param name="may">The members of whom one may be chosen.</param>
    /// <param name="head">Who speaks for them, who is proposed.</param>
    /// <param name="proposed">How the last one was related.</param>
    /// <param name="texts">The words.</param>
    public static IReadOnlyList<AskedField> Kin(IReadOnlyList<DeskMember> may, Guid? head, Kin? proposed, Texts texts) =>
    [
        new AskedField("newRelation", texts["cases.household.relation.new"], FieldKind.Select) { Choices = [new Choice("", texts["cases.not_said"]), .. Relations(texts)], Value = proposed?.As },
        new AskedField("newTo", texts["cases.household.relation.to"], FieldKind.Select) { Choices = [new Choice("", texts["cases.not_said"]), .. Whom(may)], Value = (proposed?.To ?? head ?? (may.Count > 0 ? may[0].Id : null))?.ToString("D") },
        new AskedField("newVerified", texts["cases.household.verified"], FieldKind.Select) { Choices = Sections.Of(texts, "cases.household.verified.", FamilyLink.Verifications), Value = proposed?.VerifiedBy ?? "declared" },
    ];

    /// <summary>How two members are related; what care for a child rests on is asked of those to whom that is open.</summary>
    public static SectionForm ToRelate(string address, ShownHousehold shown, IReadOnlyList<DeskMember> may, bool basis, Texts texts) => new(address, Relate, texts["cases.household.relate.save"])
    {
        Hidden = [Version(shown)],
        Fields =
        [
            new AskedField("first", texts["cases.household.relate.first"], FieldKind.Select) { Required = true, Choices = Whom(may) },
            new AskedField("relation", texts["cases.household.relation"], FieldKind.Select) { Required = true, Choices = [.. Relations(texts), new Choice(NoLink, texts["cases.household.relate.none"])] },
            new AskedField("second", texts["cases.household.relation.to"], FieldKind.Select) { Required = true, Choices = Whom(may) },
            new AskedField("verified", texts["cases.household.verified"], FieldKind.Select) { Choices = Sections.Of(texts, "cases.household.verified.", FamilyLink.Verifications) },
            .. !basis ? Array.Empty<AskedField>() :
            [
                new AskedField("basis", texts["cases.household.basis"], FieldKind.Select)
                {
                    Hint = texts["cases.household.basis.hint"],
                    Choices = [new Choice("", texts["cases.not_said"]), .. Sections.Of(texts, "cases.household.basis.", FamilyLink.LegalBases)],
                },
            ],
        ],
    };

    /// <summary>What kind it is of, and who speaks for it.</summary>
    public static SectionForm ToSay(string address, ShownHousehold shown, IReadOnlyList<DeskMember> may, Texts texts) => new(address, About, texts["cases.household.about.save"])
    {
        Hidden = [Version(shown), ("had", shown.Head is null ? "nobody" : "somebody")],
        Fields =
        [
            Kind(texts, shown.Kind),
            new AskedField("head", texts["cases.household.head"], FieldKind.Radio)
            {
                Hint = texts["cases.household.head.hint"],
                Choices = [.. Whom(may), new Choice(Nobody, texts["cases.household.head.nobody"])],
                Value = shown.Head?.ToString("D") ?? Nobody,
            },
        ],
    };

    /// <summary>How somebody new is said to be related; none where nothing was said.</summary>
    public static IReadOnlyList<Kin> ReadKin(StaffForm form)
    {
        var (relation, to) = (form.Text("newRelation"), form.Chosen("newTo"));
        if (relation.Length == 0)
            return [];
        if (to is null)
            form.Refuse("newTo", FormProblems.Missing);
        return [new Kin(to ?? Guid.Empty, relation) { VerifiedBy = form.Text("newVerified") is { Length: > 0 } verified ? verified : "declared" }];
    }

    /// <summary>What was said of two members, or of the group.</summary>
    public static SentHouseholdChange ReadChange(StaffForm form)
    {
        if (form.Text("act") == About)
        {
            var (kind, head) = (form.Text("kind", required: true), form.Text("head"));
            form.RequireFit();
            // Who speaks for it may be closed to the reader: what they were not shown they do not take away.
            return new SentHouseholdChange { Kind = kind, NoHead = head == Nobody && form.Text("had") == "somebody", Head = head is Nobody ? null : form.Chosen("head") };
        }

        var relation = form.Text("relation", required: true);
        foreach (var name in new[] { "first", "second" })
            form.Text(name, required: true);
        form.RequireFit();
        var (first, second) = (form.Key("first"), form.Key("second"));
        if (relation == NoLink)
            return new SentHouseholdChange { Unlinked = [new SentPair { A = first, B = second }] };
        var verified = form.Text("verified") is { Length: > 0 } said ? said : "declared";
        return new SentHouseholdChange { Links = [Kinship.Link(first, new Kin(second, relation) { VerifiedBy = verified }, form.Text("basis") is { Length: > 0 } basis ? basis : null)] };
    }

    /// <summary>A refusal of a record, beside the questions of the form that was sent.</summary>
    public static Problem AtFields(Problem refused, string act)
    {
        var known = act is Relate or About ? AtRelate : AtAdd;
        return new Problem(refused.Kind, [.. refused.Values])
        {
            Fields = refused.Fields.Select(one => (Field: known.FirstOrDefault(path => one.Key.StartsWith(path.Path, StringComparison.Ordinal) || (path.Path[0] == '.' && one.Key.StartsWith("links", StringComparison.Ordinal) && one.Key.EndsWith(path.Path, StringComparison.Ordinal))).Field ?? one.Key, one.Value))
                .DistinctBy(one => one.Field, StringComparer.Ordinal).ToDictionary(one => one.Field, one => one.Value, StringComparer.Ordinal),
            RetryAfter = refused.RetryAfter,
        };
    }

    /// <summary>The version that a form is for, unseen.</summary>
    public static (string, string) Version(ShownHousehold shown) => ("version", shown.Version.ToString(CultureInfo.InvariantCulture));

    private static IReadOnlyList<Choice> Relations(Texts texts) => [.. Kinship.Said.Select(relation => new Choice(relation, texts.Format("cases.household.link." + relation, ("who", "…"))))];

    private static IReadOnlyList<Choice> Whom(IReadOnlyList<DeskMember> members) => [.. members.Select(member => new Choice(member.Id.ToString("D"), member.Who))];
}
