using System.Text.Json;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Devices;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Referrals;
using Tambo.Guide.Directory;
using Tambo.Tests.Cases.Referrals;
using Tambo.Tests.Support;

namespace Tambo.Tests.Browser.Cases;

/// <summary>What a phone says may be given to a service is what the node says of the same person, consents and service.</summary>
public sealed partial class RulesOnTheDeviceTests
{
    private static readonly string[] People = ["XA", "XH", "CO", "COL", "VE"];

    [Fact]
    public async Task Of_any_consents_of_anybody_the_same_may_be_given_to_any_service_and_for_the_same_reason()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, prepare: settings => settings with { File = settings.File with { Country = "CO" } });
        var chance = new Random(20261124);
        var asked = Enumerable.Range(0, 3000).Select(_ => Asked.Of(chance)).ToList();
        var page = await ProofAsync();
        var told = await page.EvaluateAsync<JsonElement>(
            "([rules, all]) => { const read = JSON.parse(rules); return JSON.parse(all).map((one) => { const said = proof.decide(read, read.kinds.find(({ code }) => code === one.kind), one.service, one.stated, one.facts, one.consents, one.own, one.now); return [said.refused ?? '', ...said.fields.map(({ field, allowed, reason }) => `${field} ${allowed} ${reason}`)]; }); }",
            new object[] { RulesForReferrals.Of(node.Settings), JsonSerializer.Serialize(asked.Select(one => one.Said), CaseJson.Options) });
        var wrong = new List<string>();
        var (seen, reasons) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (one, answer) in asked.Zip(told.EnumerateArray()))
        {
            var (referral, request) = one.Request("CO");
            var decided = ReferralConsent.Decide(referral, request, ReferralRules.Shipped);
            var refused = ReferralConsent.Refusal(referral, request, decided)?.Kind.Code["referral.".Length..] ?? "";
            string[] expected = [refused, .. decided.Fields.Select(field => $"{field.Field.Compartment}/{field.Field.Name} {(field.Allowed ? "true" : "false")} {field.Reason}")];
            seen.Add(refused);
            reasons.UnionWith(decided.Fields.Select(field => field.Reason));
            var device = answer.EnumerateArray().Select(part => part.GetString()!).ToArray();
            if (!expected.SequenceEqual(device))
                wrong.Add($"{JsonSerializer.Serialize(one.Said, CaseJson.Options)}\n node   {string.Join(" | ", expected)}\n device {string.Join(" | ", device)}");
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count}: {string.Join("\n", wrong.Take(3))}");
        // Every way in which it goes has come up.
        Assert.Equal(["", "class_unsaid", "consent_expired", "consent_withdrawn", "locked", "nothing_agreed"], seen.Order(StringComparer.Ordinal));
        Assert.Subset(reasons, new HashSet<string> { DisclosureReasons.Consent, DisclosureReasons.ConsentInvalid, DisclosureReasons.ConsentElsewhere, DisclosureReasons.NoConsent, DisclosureReasons.Excluded, DisclosureReasons.OriginLock, DisclosureReasons.ClosedToKind, DisclosureReasons.ConsulateNotAsked });
    }

    /// <summary>A question as both are asked it.</summary>
    private sealed record Asked(string Kind, Receiver Service, PersonFacts Facts, IReadOnlyList<GivenConsent> Consents, Guid? Own)
    {
        private static readonly DateTimeOffset Now = Offers.Noon;

        public object Said => new
        {
            kind = Kind,
            service = new { id = Service.Service.Id, to = Service.To, agency = Service.Agency?.ToString("D"), needs = Service.Needs, country = KeptServices.CodesOf(Service.Country), names = Names },
            stated = Service.Stated,
            facts = new { child = Facts.TreatedAsChild, protection = Facts.ProtectionNeed, countries = Facts.Nationalities.Concat(Facts.Origins), consulate = Facts.AskedForConsulate },
            consents = Consents,
            own = Own?.ToString("D") ?? "",
            now = Now.ToUnixTimeMilliseconds(),
        };

        private IReadOnlyList<string> Names => [.. new[] { Service.Service.Name, Service.Service.AlternateName, Service.Organization?.Name ?? "", Service.Organization?.AlternateName ?? "" }.Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)];

        // As the node makes it of a service whose organisation has no other.
        private Reader Reader
        {
            get
            {
                var (classes, mayBe) = ReceiverClasses.Shipped.Of(Service.Needs, Service.Stated);
                return new Reader
                {
                    Id = Service.To,
                    IsUser = false,
                    Node = "",
                    Agency = Service.Agency?.ToString("D"),
                    AlsoKnownAs = FoldedNames.Of([Service.Service.Id.ToString("D"), .. Names]),
                    Classes = classes,
                    MayBe = mayBe,
                    Country = classes.Contains("consulate") ? null : Service.Country,
                };
            }
        }

        public (Referral, DisclosureRequest) Request(string host) => (
            Offers.Draft(type: Kind) with { To = Service.To, ConsentId = Own },
            new DisclosureRequest { Person = Facts, Reader = Reader, Route = DisclosureRoute.Referral, Purpose = "referral", Fields = [], Consents = Consents, HostCountry = host, Now = Now });

        public static Asked Of(Random chance)
        {
            T One<T>(IReadOnlyList<T> all) => all[chance.Next(all.Count)];
            bool Is(int of) => chance.Next(of) == 0;
            Guid Key()
            {
                var bytes = new byte[16];
                chance.NextBytes(bytes);
                return new Guid(bytes);
            }

            var kind = One(ReferralRules.Shipped.KindsOfHelp);
            string[] names = ["Casa Ñandú", "House of the Lantern", "Ñandu"];
            var service = new Service { Id = Key(), Name = One(names) };
            var (to, agency) = (Is(3) ? service.Id : Key(), Is(3) ? Key() : (Guid?)null);
            IReadOnlyList<string> needs = Is(8) ? [] : [kind.ShownAs, .. Is(3) ? new[] { One(ReceiverClasses.Shipped.Needs).Need } : []];
            var country = needs.Contains("consulate") || Is(4) ? null : One(new[] { "XA", "CO", "VE", "001" });
            var receiver = new Receiver(service, to.ToString("D"), agency, needs, country, "", Is(3) ? One(ReceiverClasses.Shipped.Stated) : "", new Organization { Id = to, Name = Is(2) ? One(names) : "" });
            // Exclusions and consents name whom they mean in every way there is; often enough it is this one.
            RecipientName Whom() => chance.Next(6) switch
            {
                0 => new(RecipientName.One, One(new[] { service.Id.ToString("D"), to.ToString("D"), agency?.ToString("D") ?? to.ToString("D"), Key().ToString("D") })),
                1 => new(RecipientName.Named, One(new[] { "casa nandu", "HOUSE of the lantern!", to.ToString("D").ToUpperInvariant(), "somebody else" })),
                _ => new(RecipientName.OfClass, Is(2) ? One(receiver.Classes) : One(Vocabulary.Shipped.RecipientClasses).Code),
            };
            GivenConsent Given()
            {
                var refuses = Is(8);
                var granted = Now.AddDays(-chance.Next(-1, 40));
                var giver = One(ConsentGiver.Kinds);
                return new GivenConsent
                {
                    Id = Key(),
                    PersonId = Offers.Person,
                    GivenBy = new ConsentGiver(Is(2) ? ConsentGiver.Self : giver, Is(9) ? "" : "an aunt", Is(3) ? "" : "none_known", Is(3) ? "" : "the panel"),
                    CapacityNoted = Is(3),
                    Form = new ConsentForm(ConsentForm.Verbal, "user-1"),
                    Language = "es",
                    NoticeVersion = One(NoticeWording.All).Version,
                    Explained = Is(9) ? [.. NoticeWording.Points.Skip(1)] : NoticeWording.Points,
                    FreeToRefuse = !Is(9),
                    Purpose = Is(5) ? One(new[] { "consular", "services" }) : "referral",
                    Refuses = refuses,
                    LegalBasis = Is(12) ? "vital_interests" : GivenConsent.ConsentItself,
                    Scopes = refuses ? [] :
                    [
                        .. Enumerable.Range(0, chance.Next(1, 5)).Select(_ => new ConsentScope(One(kind.Asked).Compartment, Whom(), Is(5) ? "view" : "share") { Fields = Is(4) ? [One(kind.Asked).Name] : [] }),
                    ],
                    Exclusions = refuses || Is(4) ? [new Exclusion(Is(4) ? new RecipientName(RecipientName.OfCountry, One(People)) : Whom()) { LiftedAt = Is(4) ? Now.AddDays(chance.Next(-2, 2)) : null }] : [],
                    GrantedAt = granted,
                    ExpiresAt = granted.AddDays(chance.Next(1, 200)),
                    WithdrawnAt = Is(8) ? Now.AddDays(chance.Next(-3, 2)) : null,
                };
            }

            List<GivenConsent> consents = [.. Enumerable.Range(0, chance.Next(0, 4)).Select(_ => Given())];
            return new Asked(
                kind.Code,
                receiver,
                new PersonFacts
                {
                    PersonId = Offers.Person,
                    Node = "",
                    Agency = "border-post",
                    TreatedAsChild = Is(3),
                    ProtectionNeed = Is(3),
                    Nationalities = [.. People.Where(_ => Is(5))],
                    Origins = [.. People.Where(_ => Is(8))],
                    AskedForConsulate = Is(3),
                },
                consents,
                consents.Count == 0 || Is(10) ? null : One(consents).Id);
        }
    }
}
