using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Disclosure;
using Tambo.Platform.Access;

namespace Tambo.Tests.Cases.Disclosure;

/// <summary>
/// One question in flat words, from which the request is built for the decision, and which the oracle reads by itself. Andaria
/// (XA) is where the person comes from, Belmara (XB) another country, Hestia (XH) where the node stands.
/// </summary>
internal sealed class World
{
    public static readonly Guid Person = Guid.Parse("018f3c1e-0000-7000-8000-000000000001");
    public static readonly Guid SomebodyElse = Guid.Parse("018f3c1e-0000-7000-8000-000000000002");
    public static readonly DateTimeOffset Now = new(2031, 5, 4, 12, 0, 0, TimeSpan.Zero);

    public DisclosureRoute Route { get; set; } = DisclosureRoute.View;
    public string Purpose { get; set; } = "services";
    public string Compartment { get; set; } = "general";

    /// <summary>inside, other_agency, other_node or organisation.</summary>
    public string ReaderKind { get; set; } = "inside";
    public List<string> Classes { get; set; } = ["service_provider"];
    public string? ReaderCountry { get; set; } = "XH";

    /// <summary>For each right: none, here (in a scope that contains the person's file), case (with a team that has a case of theirs and nothing else) or elsewhere.</summary>
    public Dictionary<string, string> Rights { get; set; } = new() { ["read"] = "here", ["see"] = "here", ["export"] = "here", ["break_glass"] = "none" };

    /// <summary>own, team, agency, place or node: how rights that are held here reach the person.</summary>
    public string ScopeKind { get; set; } = "agency";

    /// <summary>The compartment that the kind of that case belongs to; empty when there is none.</summary>
    public string CaseHome { get; set; } = "";

    /// <summary>Whether the reader may see the compartment of the case's kind with that team.</summary>
    public bool SeesHome { get; set; }

    public bool ProtectionNeed { get; set; }
    public List<string> Nationalities { get; set; } = ["XA"];
    public List<string> Origins { get; set; } = [];
    public bool Child { get; set; }
    public bool AskedForConsulate { get; set; }

    public List<ConsentWords> Consents { get; set; } = [];

    /// <summary>Which consent alone may carry: any, first, or none of them.</summary>
    public string Only { get; set; } = "any";

    /// <summary>none, vital, duty (unverified), duty_verified; with what is wrong with it.</summary>
    public string Basis { get; set; } = "none";
    public string BasisFault { get; set; } = "";

    /// <summary>Whether there is leave to break the glass, and what is wrong with it.</summary>
    public bool Glass { get; set; }
    public string GlassFault { get; set; } = "";

    public bool IsUser => ReaderKind != "organisation";

    public string Action => Route switch
    {
        DisclosureRoute.Referral or DisclosureRoute.Exchange => "share",
        DisclosureRoute.Print or DisclosureRoute.Export => "retain",
        _ => "view",
    };

    public DisclosureAnswer Decide() => DisclosureDecision.Decide(Request());

    public DisclosureRequest Request() => new()
    {
        Person = new PersonFacts
        {
            PersonId = Person,
            Node = "node-h",
            Agency = "agency-1",
            Team = "team-1",
            CaseWorkers = ["reader-1"],
            Areas = ["XH", "XH01"],
            Further = CaseHome.Length == 0 ? [] : [new PersonPlace { Agency = "agency-3", Team = "team-9", Home = CaseHome }],
            TreatedAsChild = Child,
            ProtectionNeed = ProtectionNeed,
            Nationalities = Nationalities,
            Origins = Origins,
            AskedForConsulate = AskedForConsulate,
        },
        Reader = new Reader
        {
            Id = "reader-1",
            IsUser = IsUser,
            Agency = ReaderKind switch { "inside" or "other_node" => "agency-1", "other_agency" => "agency-2", _ => null },
            Node = ReaderKind == "other_node" ? "node-x" : "node-h",
            Classes = Classes,
            Country = ReaderCountry,
            Grants = [.. Grants()],
        },
        Route = Route,
        Purpose = Purpose,
        Fields = [new AskedField("the-field", Compartment)],
        Consents = [.. Consents.Select((consent, at) => consent.Build(this, at))],
        OnlyConsent = Only switch { "first" => ConsentWords.IdAt(0), "none" => ConsentWords.IdAt(99), _ => null },
        Bases = Basis == "none" ? [] : [new InvokedBasis(
            Basis == "vital" ? "vital_interests" : "child_protection_duty", BasisFault == "person" ? SomebodyElse : Person, "user-9",
            BasisFault != "reason", BasisFault == "time" ? Now : Now.AddHours(1))],
        BreakGlass = !Glass ? null : new BreakGlass(
            GlassFault == "person" ? SomebodyElse : Person, GlassFault == "user" ? "reader-2" : "reader-1",
            GlassFault == "compartment" ? [.. Compartments.All.Where(one => one != Compartment)] : [Compartment],
            GlassFault != "reason", GlassFault == "early" ? Now.AddMinutes(1) : Now.AddHours(-1),
            GlassFault switch { "late" => Now, "long" => Now.AddHours(7).AddMinutes(1), _ => Now.AddHours(7) }),
        HostCountry = "XH",
        Vocabulary = Basis != "duty_verified" ? Vocabulary.Shipped
            : Vocabulary.Shipped with { LegalBases = [.. Vocabulary.Shipped.LegalBases.Select(basis => basis with { Verified = true })] },
        Now = Now,
    };

    private IEnumerable<Grant> Grants()
    {
        if (SeesHome)
            yield return new Grant("cases.see." + CaseHome, new Scope("team", "team-9"));
        foreach (var (right, where) in Rights.Where(right => right.Value != "none"))
        {
            var name = right == "see" ? "cases.see." + Compartment : "cases." + right;
            yield return new Grant(name, where is "elsewhere" or "case" ? new Scope("team", where == "case" ? "team-9" : "team-7") : ScopeKind switch
            {
                "own" => new Scope("own", ""),
                "team" => new Scope("team", "team-1"),
                "agency" => new Scope("agency", "agency-1"),
                "place" => new Scope("place", "XH01"),
                _ => Scope.Node,
            });
        }
    }
}

/// <summary>A consent in flat words, as it relates to the question.</summary>
internal sealed class ConsentWords
{
    /// <summary>in_force, not_yet, expired or withdrawn.</summary>
    public string State { get; set; } = "in_force";

    /// <summary>What keeps it from being one: nothing, notice, points, not_free, too_long, giver, form.</summary>
    public string Fault { get; set; } = "";
    public bool OfAnother { get; set; }
    public bool OnOtherBasis { get; set; }
    public bool SamePurpose { get; set; } = true;
    public bool SameCategory { get; set; } = true;
    public bool SameAction { get; set; } = true;

    /// <summary>class, one (the reader), agency (the reader's), another.</summary>
    public string To { get; set; } = "class";

    /// <summary>all, this or another.</summary>
    public string Fields { get; set; } = "all";

    /// <summary>Nobody, class, one, agency, origin, host, another.</summary>
    public string Excludes { get; set; } = "";
    public bool Lifted { get; set; }

    public static Guid IdAt(int at) => Guid.Parse($"018f3c1e-0000-7000-8000-0000000001{at:00}");

    public GivenConsent Build(World world, int at)
    {
        var granted = State == "not_yet" ? World.Now.AddMinutes(1) : World.Now.AddDays(-20);
        var purpose = SamePurpose ? world.Purpose : world.Purpose == "legal" ? "services" : "legal";
        return new GivenConsent
        {
            Id = IdAt(at),
            PersonId = OfAnother ? World.SomebodyElse : World.Person,
            GivenBy = Fault == "giver" ? new ConsentGiver("uncle", "somebody")
                : world.Child ? new ConsentGiver(ConsentGiver.AssentWithGuardian, "the mother") : new ConsentGiver(ConsentGiver.Self),
            Form = Fault == "form" ? new ConsentForm(ConsentForm.Verbal) : new ConsentForm(ConsentForm.Verbal, "user-9"),
            Language = "es",
            NoticeVersion = Fault == "notice" ? "0" : "1",
            Explained = Fault == "points" ? [.. NoticeWording.Points.Skip(1)] : NoticeWording.Points,
            FreeToRefuse = Fault != "not_free",
            Purpose = purpose,
            AskedApart = true,
            Scopes =
            [
                new ConsentScope(
                    SameCategory ? world.Compartment : world.Compartment == "general" ? "health" : "general",
                    To switch
                    {
                        "class" => new RecipientName(RecipientName.OfClass, world.Classes.FirstOrDefault("legal_aid")),
                        "one" => new RecipientName(RecipientName.One, "reader-1"),
                        "agency" => new RecipientName(RecipientName.One, "agency-1"),
                        _ => new RecipientName(RecipientName.One, "reader-77"),
                    },
                    SameAction ? world.Action : world.Action == "view" ? "share" : "view")
                {
                    Fields = Fields switch { "this" => ["the-field"], "another" => ["another-field"], _ => [] },
                },
            ],
            Exclusions = Excludes.Length == 0 ? [] :
            [
                new Exclusion(Excludes switch
                {
                    "class" => new RecipientName(RecipientName.OfClass, world.Classes.LastOrDefault("legal_aid")),
                    "one" => new RecipientName(RecipientName.One, "reader-1"),
                    "agency" => new RecipientName(RecipientName.One, "agency-1"),
                    "origin" => new RecipientName(RecipientName.OfCountry, "XA"),
                    "host" => new RecipientName(RecipientName.OfCountry, "XH"),
                    _ => new RecipientName(RecipientName.One, "reader-77"),
                }) { LiftedAt = Lifted ? World.Now : null },
            ],
            LegalBasis = OnOtherBasis ? "vital_interests" : "consent",
            GrantedAt = granted,
            ExpiresAt = Fault == "too_long" ? granted.AddDays(4000) : State == "expired" ? World.Now : granted.AddDays(60),
            WithdrawnAt = State == "withdrawn" ? World.Now : null,
        };
    }
}
