using Tambo.Guide.Directory;

namespace Tambo.Tests.Guide.Directory;

public sealed class WithdrawalTests
{
    private static readonly Organization House = new() { Id = Key(1), Name = "House of the Ford" };
    private static readonly Location Place = new() { Id = Key(2), Name = "By the bridge", OrganizationId = House.Id };

    private static readonly Service Beds = new()
    {
        Id = Key(3),
        Name = "Beds",
        Description = "Ring twice at the green door.",
        OrganizationId = House.Id,
        Schedules = [new PublishedSchedule { Id = Key(4), Byday = "MO", OpensAt = "08:00", ClosesAt = "16:00", Notes = "Side door after dark" }],
        ConfirmedBy = "Front desk",
        Version = 3,
    };

    private static readonly ServiceAtLocation Offer = new() { Id = Key(5), ServiceId = Beds.Id, LocationId = Place.Id };

    [Fact]
    public void New_public_records_that_hang_together_take_nothing_back() =>
        Assert.False(Withdrawal.MayFollowAdding(DirectoryRecords.Of([House, Place, Beds, Offer])));

    [Fact]
    public void A_new_record_that_is_hidden_or_hangs_on_one_that_was_there_may_close_what_was_seen()
    {
        Assert.True(Withdrawal.MayFollowAdding(DirectoryRecords.Of([House with { Confidentiality = Confidentiality.Withheld }])));
        Assert.True(Withdrawal.MayFollowAdding(DirectoryRecords.Of([Beds])));
        Assert.True(Withdrawal.MayFollowAdding(DirectoryRecords.Of([House, Beds, Offer])));
    }

    [Fact]
    public void Other_hours_and_a_newer_confirmation_take_nothing_back()
    {
        Assert.False(Withdrawal.MayFollowReplacing(Beds, Beds with { Schedules = [Beds.Schedules[0] with { OpensAt = "09:00" }] }));
        Assert.False(Withdrawal.MayFollowReplacing(Beds, Beds with { ConfirmedAt = DateTimeOffset.UnixEpoch, ReviewDue = new DateOnly(2027, 1, 1) }));
        Assert.False(Withdrawal.MayFollowReplacing(Beds with { ConfirmedBy = "" }, Beds));
    }

    public static TheoryData<string> Takings { get; } = [.. Changes.Keys];

    [Theory, MemberData(nameof(Takings))]
    public void Whatever_else_changes_may_take_something_back(string change)
    {
        var after = Changes[change];
        Assert.True(Withdrawal.MayFollowReplacing(Beds, after));
    }

    [Fact]
    public void A_record_whose_content_of_before_is_not_at_hand_may_have_lost_something()
    {
        Assert.True(Withdrawal.MayFollowReplacing(null, Beds));
        Assert.True(Withdrawal.MayFollowReplacing(Beds with { Version = 2 }, Beds));
    }

    private static Dictionary<string, Service> Changes => new(StringComparer.Ordinal)
    {
        ["hidden"] = Beds with { Confidentiality = Confidentiality.AreaOnly },
        ["retired"] = Beds with { RetiredAt = DateTimeOffset.UnixEpoch },
        ["text replaced"] = Beds with { Description = "Ring twice." },
        ["text removed"] = Beds with { Description = "" },
        ["telephone added"] = Beds with { Phones = [new Phone { Id = Key(6), Number = "+999 555 0101" }] },
        ["organisation left"] = Beds with { OrganizationId = null },
        ["note of the hours removed"] = Beds with { Schedules = [Beds.Schedules[0] with { Notes = "" }] },
        ["hours with a note removed"] = Beds with { Schedules = [] },
        ["another confirms"] = Beds with { ConfirmedBy = "Night desk" },
        ["translated"] = Beds with { Translations = [new Translation { Field = "name", Language = "ht", Value = "Kabann" }] },
    };

    private static Guid Key(int number) => new(number, 0, 0, new byte[8]);
}
