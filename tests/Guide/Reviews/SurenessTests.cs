using FsCheck;
using FsCheck.Fluent;
using Tambo.Guide.Directory;
using Tambo.Guide.Reviews;
using Tambo.Platform.Shell;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Reviews;

/// <summary>Green to 90 days, amber to 180, red beyond or never.</summary>
public sealed class SurenessTests
{
    private static readonly DateTimeOffset Now = SettableTime.Noon;

    [Theory]
    [InlineData(0, "recent")]
    [InlineData(90, "recent")]
    [InlineData(90.01, "ageing")]
    [InlineData(180, "ageing")]
    [InlineData(180.01, "old")]
    [InlineData(4000, "old")]
    [InlineData(-0.9, "recent")]
    [InlineData(-1.1, "never")]
    public void A_service_is_as_sure_as_the_days_since_somebody_confirmed_it(double days, string sureness) =>
        Assert.Equal(sureness, Surenesses.Of(Now.AddDays(-days), Now).Key());

    [Fact]
    public void What_nobody_has_confirmed_is_red() => Assert.Equal(NoticeTone.Danger, Surenesses.Of(null, Now).Tone());

    [Fact]
    public void What_was_to_be_looked_at_again_by_now_is_amber_though_it_was_confirmed_lately()
    {
        var service = new Service { ConfirmedAt = Now.AddDays(-20), ReviewDue = DateOnly.FromDateTime(Now.UtcDateTime).AddDays(-1) };
        Assert.Equal(NoticeTone.Warning, Surenesses.Told(service, Now).Tone());
        Assert.Equal(NoticeTone.Success, Surenesses.Told(service with { ReviewDue = DateOnly.FromDateTime(Now.UtcDateTime) }, Now).Tone());
    }

    [Fact]
    public void Waiting_never_makes_a_service_surer() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNegativeInt>(), ArbMap.Default.ArbFor<NonNegativeInt>(),
        (ago, wait) => Surenesses.Of(Now.AddHours(-(ago.Get % 9000)), Now) <= Surenesses.Of(Now.AddHours(-(ago.Get % 9000)), Now.AddHours(wait.Get % 9000)))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Every_service_is_counted_once_and_the_share_is_never_rounded_up()
    {
        Service At(double? days) => new() { ConfirmedAt = days is { } ago ? Now.AddDays(-ago) : null };
        var figures = FreshnessFigures.Of([.. Enumerable.Repeat(At(10), 199), At(100)], Now);
        Assert.Equal((200, 199, 1, 0, 0), (figures.Services, figures.ConfirmedWithin90Days, figures.ConfirmedWithin180Days, figures.ConfirmedEarlier, figures.NeverConfirmed));
        Assert.Equal(99, figures.SharePercent);
        Assert.Null(FreshnessFigures.Of([], Now).SharePercent);
        Assert.Equal(4, FreshnessFigures.Of([At(1), At(91), At(181), At(null)], Now) is { } all
            ? all.ConfirmedWithin90Days + all.ConfirmedWithin180Days + all.ConfirmedEarlier + all.NeverConfirmed : 0);
    }
}
