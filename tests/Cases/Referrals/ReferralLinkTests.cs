using Tambo.Cases.Referrals;

namespace Tambo.Tests.Cases.Referrals;

/// <summary>Links for organisations without accounts: they work once, for a time, until they are taken back.</summary>
public class ReferralLinkTests
{
    private static readonly DateTimeOffset Noon = Offers.Noon;
    private static readonly byte[] Chance = [.. Enumerable.Range(1, 32).Select(value => (byte)value)];

    [Fact]
    public void A_link_opens_what_it_was_made_for_until_it_was_used()
    {
        var (link, token) = ReferralLink.ToAnswer(Offers.Offered(), Chance, Offers.Rules, Noon);
        Assert.Null(link.Refusal(token, ReferralLink.Answer, Noon));
        // Opening it does not use it up: programs that look at mail open links too.
        Assert.Null(link.Refusal(token, ReferralLink.Answer, Noon.AddHours(1)));
        Code("referral.link_used", link.Used(Noon), token, ReferralLink.Answer, Noon);
        Code("referral.link_unknown", link, token, ReferralLink.Fields, Noon);
        Code("referral.link_unknown", link, token + "A", ReferralLink.Answer, Noon);
        Code("referral.link_unknown", link, "", ReferralLink.Answer, Noon);
        Code("referral.link_unknown", link, link.Hash, ReferralLink.Answer, Noon);
    }

    [Fact]
    public void It_ends_with_the_time_to_answer()
    {
        var (link, token) = ReferralLink.ToAnswer(Offers.Offered("emergency"), Chance, Offers.Rules, Noon);
        Assert.Null(link.Refusal(token, ReferralLink.Answer, Noon.AddHours(2).AddTicks(-1)));
        Code("referral.link_expired", link, token, ReferralLink.Answer, Noon.AddHours(2));
    }

    [Fact]
    public void It_can_be_taken_back()
    {
        var (link, token) = ReferralLink.ToFields(Offers.In("accepted"), Chance, Offers.Rules, Noon);
        Assert.Null(link.Refusal(token, ReferralLink.Fields, Noon));
        Code("referral.link_revoked", link.Revoked(Noon), token, ReferralLink.Fields, Noon);
        Code("referral.link_revoked", link.Used(Noon).Revoked(Noon), token, ReferralLink.Fields, Noon.AddYears(1));
        Assert.Equal(Noon, link.Used(Noon).Used(Noon.AddHours(1)).UsedAt);
        Assert.Equal(Noon, link.Revoked(Noon).Revoked(Noon.AddHours(1)).RevokedAt);
    }

    [Fact]
    public void Nobody_can_make_it_from_what_is_stored()
    {
        var (link, token) = ReferralLink.ToAnswer(Offers.Offered(), Chance, Offers.Rules, Noon);
        // 256 bits take 43 letters of base 64.
        Assert.Equal(43, token.Length);
        Assert.DoesNotContain(token, link.ToString(), StringComparison.Ordinal);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token))), link.Hash);
        Assert.Throws<ArgumentOutOfRangeException>(() => ReferralLink.ToAnswer(Offers.Offered(), Chance.AsSpan(1), Offers.Rules, Noon));
    }

    [Fact]
    public void There_is_none_for_what_cannot_be_answered_or_read()
    {
        foreach (var state in ReferralStates.All)
        {
            var referral = Offers.In(state);
            if (state != "offered")
                Assert.Throws<InvalidOperationException>(() => ReferralLink.ToAnswer(referral, Chance, Offers.Rules, Noon));
            if (state is not ("accepted" or "handed_over"))
                Assert.Throws<InvalidOperationException>(() => ReferralLink.ToFields(referral, Chance, Offers.Rules, Noon));
        }
    }

    private static void Code(string code, ReferralLink link, string token, string opens, DateTimeOffset at) => Assert.Equal(code, link.Refusal(token, opens, at)!.Kind.Code);
}
