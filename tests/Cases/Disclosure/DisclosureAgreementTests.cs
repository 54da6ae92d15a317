using Tambo.Cases.Access;
using FsCheck;
using FsCheck.Fluent;
using Tambo.Cases.Disclosure;

namespace Tambo.Tests.Cases.Disclosure;

/// <summary>The decision equals the table of denials, over readers, rights, scopes, compartments, routes and consents.</summary>
public class DisclosureAgreementTests
{
    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue - 1).ToArbitrary();

    [Fact]
    public void The_decision_agrees_with_the_table_of_denials() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60_000), Prop.ForAll(Seeds, seed =>
        {
            var world = Worlds.Random(new Random(seed));
            var field = Assert.Single(world.Decide().Fields);
            Assert.True(DenialTable.Allows(world) == field.Allowed, $"{seed}: the decision says {field.Allowed} ({field.Reason})");
            Assert.Equal(field.Allowed, field.Reason is "looks_after" or "granted_reach" or "consent" or "legal_basis" or "break_glass");
            Assert.Equal(field.Reason == "consent", field.ConsentId is not null);
            Assert.Equal(field.Reason == "legal_basis", field.Basis is not null);
        }));

    public static TheoryData<string> Lines => new(DenialTable.Lines.Select(line => line.Name));

    [Theory, MemberData(nameof(Lines))]
    public void A_decision_that_forgot_a_line_would_be_noticed(string line)
    {
        // A decision without the line would say what the table without it says: some world must tell the two apart.
        var seen = Enumerable.Range(0, 60_000).Select(seed => Worlds.Random(new Random(seed)))
            .First(world => DenialTable.Allows(world, without: line) && !DenialTable.Allows(world));
        Assert.False(seen.Decide().Fields[0].Allowed);
    }

    [Fact]
    public void Every_reason_is_met()
    {
        var met = Enumerable.Range(0, 60_000).Select(seed => Worlds.Random(new Random(seed)).Decide().Fields[0].Reason).ToHashSet();
        Assert.Equal(DisclosureReasons.All.Order(StringComparer.Ordinal), met.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Who_looks_and_acts_for_no_other_state_is_closed_out_by_exclusions_and_kinds_alone_whatever_is_known_of_the_person()
    {
        // Lists ask no facts of such readers; that the facts would say nothing else is what lets them.
        string[] lines =
        [
            "a kind of recipient that was excluded", "a reader who was excluded", "an agency that was excluded", "authorities of a country that was excluded",
            "kinds of recipients to whom it never goes", "kinds of users who never see it",
        ];
        var said = DenialTable.Lines.Where(line => lines.Contains(line.Name)).ToList();
        Assert.Equal(lines.Length, said.Count);
        var (ofNoKind, ofAKind, asking) = (0, 0, 0);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60_000), Prop.ForAll(Seeds, seed =>
        {
            var random = new Random(seed);
            var world = Worlds.Random(random);
            (world.Route, world.Purpose) = (DisclosureRoute.View, "services");
            if (world.ReaderKind is not ("inside" or "other_agency") || world.Rights["read"] != "here" || world.Compartment == "gossip")
                return;
            if (random.Next(2) == 0)
                (world.Classes, world.ReaderCountry) = ([], "XH");
            var request = world.Request();
            var closed = DisclosureDecision.Closed(request, request.Fields[0]) is not null;
            if (DisclosureDecision.AsksFacts(request.Reader, "agency-1", "XH", request.Vocabulary))
            {
                asking++;
                return;
            }

            Assert.True(said.Any(line => line.Refuses(world)) == closed, seed.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (world.Classes.Count > 0)
                ofAKind++;
            else
                ofNoKind++;
            // Of the facts none matters: with all of them against the reader the answer is the same.
            var worst = request with { Person = request.Person with { ProtectionNeed = true, Origins = ["XH", "XA", "XB"], AskedForConsulate = false } };
            Assert.Equal(closed, DisclosureDecision.Closed(worst, request.Fields[0]) is not null);
        }));
        Assert.True(ofNoKind > 1000 && ofAKind > 500 && asking > 500, $"{ofNoKind} of no kind, {ofAKind} of a kind, {asking} of whom facts are asked");
        // A reader of no kind who works for no foreign state is never asked of.
        Assert.All(new[] { "", "agency-1", "agency-2" }, agency => Assert.False(DisclosureDecision.AsksFacts(new World { Classes = [], ReaderKind = "other_agency" }.Request().Reader, agency, "XH", Vocabulary.Shipped)));
    }

    [Fact]
    public void More_consent_never_closes_and_an_exclusion_never_opens() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll(Seeds, seed =>
        {
            var world = Worlds.Random(new Random(seed));
            var before = world.Decide().Fields[0].Allowed;
            world.Consents.Add(new ConsentWords());
            Assert.True(!before || world.Decide().Fields[0].Allowed);
            before = world.Decide().Fields[0].Allowed;
            world.Consents.Add(new ConsentWords { Excludes = "class", State = "expired" });
            Assert.True(before || !world.Decide().Fields[0].Allowed);
        }));
}

/// <summary>Questions by chance: one that would be allowed, with some things about it changed.</summary>
internal static class Worlds
{
    private static readonly string[] Kinds = [.. Vocabulary.Shipped.RecipientClasses.Select(kind => kind.Code)];
    private static readonly string[] Purposes = [.. Vocabulary.Shipped.Purposes.Select(purpose => purpose.Code), "curiosity"];
    private static readonly string[] Faults = ["notice", "points", "not_free", "too_long", "giver", "form"];

    public static World Random(Random random)
    {
        T One<T>(params T[] all) => all[random.Next(all.Length)];
        var world = new World { Compartment = One([.. Compartments.All]), Route = One(Enum.GetValues<DisclosureRoute>()), ScopeKind = One("own", "team", "agency", "place", "node") };
        switch (random.Next(4))
        {
            case 0:
                break;
            case 1:
                world.ReaderKind = One("organisation", "organisation", "other_agency", "inside");
                world.Purpose = One(Purposes);
                world.Classes = [One(Kinds)];
                world.Consents.Add(new ConsentWords { To = One("class", "one", "agency") });
                break;
            case 2:
                world.ReaderKind = One("organisation", "other_agency");
                world.Basis = One("vital", "duty_verified", "duty");
                world.Classes = [One("health_provider", "child_protection")];
                world.Child = random.Next(2) == 0;
                world.Purpose = One("services", "referral");
                break;
            default:
                world.ReaderKind = One("inside", "other_agency");
                world.Glass = true;
                world.Rights = new() { ["read"] = One("none", "elsewhere", "case", "here"), ["see"] = One("none", "elsewhere", "case", "here"), ["export"] = "here", ["break_glass"] = "here" };
                world.Route = random.Next(4) == 0 ? world.Route : DisclosureRoute.View;
                break;
        }

        for (var changes = random.Next(5); changes > 0; changes--)
            Change(world, random, One, One);
        return world;
    }

    private static void Change(World world, Random random, Func<string[], string> one, Func<bool[], bool> either)
    {
        var yes = either([true, false]);
        switch (random.Next(20))
        {
            case 0: world.Purpose = one(Purposes); break;
            case 1: world.Compartment = one([.. Compartments.All, "gossip"]); break;
            case 2: world.ReaderKind = one(["inside", "other_agency", "other_node", "organisation"]); break;
            case 3: world.Classes = [one(Kinds)]; break;
            case 4: world.Classes = [one(Kinds), one(Kinds)]; break;
            case 5: world.Classes = []; break;
            case 6: world.ReaderCountry = one(["XA", "XB", "XH", "001", ""]) is { Length: > 0 } country ? country : null; break;
            case 7: world.Rights[one(["read", "see", "export", "break_glass"])] = one(["none", "here", "case", "elsewhere"]); break;
            case 8: world.ProtectionNeed = yes; break;
            case 9: world.Nationalities = one(["", "XA", "XA XH", "XB"]).Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList(); break;
            case 10: world.Origins = one(["", "XA", "XB"]).Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList(); break;
            case 11: world.Child = yes; break;
            case 12: world.AskedForConsulate = yes; break;
            case 13: world.Only = one(["any", "first", "none"]); break;
            case 14: (world.Basis, world.BasisFault) = (one(["none", "vital", "duty", "duty_verified"]), one(["", "", "person", "reason", "time"])); break;
            case 15: (world.Glass, world.GlassFault) = (yes, one(["", "", "person", "user", "compartment", "reason", "early", "late", "long"])); break;
            case 16: (world.CaseHome, world.SeesHome) = (one(["general", "health", "asylum", world.Compartment]), yes); break;
            case 17: world.ReaderKind = "other_agency"; world.Route = DisclosureRoute.View; break;
            case 18: world.Consents.Add(new ConsentWords { Excludes = one(["class", "one", "agency", "origin", "host", "another"]), Lifted = random.Next(4) == 0, State = one(["in_force", "expired", "withdrawn"]), OfAnother = random.Next(6) == 0 }); break;
            default: world.Consents.Insert(random.Next(world.Consents.Count + 1), Consent(random, one)); break;
        }
    }

    private static ConsentWords Consent(Random random, Func<string[], string> one)
    {
        bool Mostly() => random.Next(6) > 0;
        return new ConsentWords
        {
            State = Mostly() ? "in_force" : one(["not_yet", "expired", "withdrawn"]),
            Fault = Mostly() ? "" : one(Faults),
            OfAnother = !Mostly(),
            OnOtherBasis = !Mostly(),
            SamePurpose = Mostly(),
            SameCategory = Mostly(),
            SameAction = Mostly(),
            To = one(["class", "one", "agency", "another"]),
            Fields = one(["all", "all", "this", "another"]),
        };
    }
}
