using Tambo.Platform.Access;
using Tambo.Platform.Access.Sessions;

namespace Tambo.Tests.Platform.Access;

public sealed class ScopeTests
{
    private static readonly Guid Bob = Guid.Parse("00000000-0000-7000-8000-00000000000b");
    private static readonly Guid Carla = Guid.Parse("00000000-0000-7000-8000-00000000000c");
    private static readonly Guid North = Guid.Parse("00000000-0000-7000-8000-0000000000a1");
    private static readonly Guid South = Guid.Parse("00000000-0000-7000-8000-0000000000a2");
    private static readonly Guid Night = Guid.Parse("00000000-0000-7000-8000-0000000000f1");

    /// <summary>Bob's scope, a record, and whether he may.</summary>
    public static TheoryData<string, string, string, bool> Table => new()
    {
        // Scope        Its id            Record             May he?
        { "node", "", "nobody's", true },
        { "node", "", "of the north", true },
        { "node", "", "bob's", true },
        { "agency", "north", "of the north", true },
        { "agency", "north", "of the south", false },
        { "agency", "north", "nobody's", false },
        { "agency", "", "nobody's", false },
        { "team", "night", "of the night team", true },
        { "team", "night", "of the north", false },
        { "team", "night", "nobody's", false },
        { "place", "XA01", "in XA01 02", true },
        { "place", "XA", "in XA01 02", true },
        { "place", "XA0", "in XA01 02", false },
        { "place", "XA02", "in XA01 02", false },
        { "place", "", "nobody's", false },
        { "own", "", "bob's", true },
        { "own", "", "carla's", false },
        { "own", "", "nobody's", false },
        { "galaxy", "", "bob's", false },
    };

    [Theory, MemberData(nameof(Table))]
    public void A_permission_reaches_as_far_as_its_scope(string kind, string id, string record, bool may)
    {
        var scope = new Scope(kind, id switch { "north" => North.ToString("D"), "night" => Night.ToString("D"), _ => id });
        var bob = new Actor($"user:{Bob}", Bob, "Bob", [new Grant("guide.edit", scope)]);
        Assert.Equal(may, bob.May("guide.edit", Record(record)));
        Assert.False(bob.May("users.manage", Record(record)));
    }

    [Fact]
    public void Who_has_no_user_owns_nothing()
    {
        var job = new Actor("job:x", null, "x", [new Grant("guide.edit", new Scope("own", ""))]);
        Assert.False(job.May("guide.edit", new RecordPlace()));
    }

    [Fact]
    public void A_token_is_limited_twice_by_its_permissions_and_by_its_owner()
    {
        var token = new Actor("token:1", Bob, "Bob", [new Grant("guide.edit", Scope.Node), new Grant("audit.read", Scope.Node)])
        {
            OnlyPermissions = new HashSet<string> { "guide.edit", "users.manage" },
        };
        Assert.True(token.May("guide.edit", new RecordPlace()));
        Assert.False(token.May("audit.read", new RecordPlace()));
        Assert.False(token.May("users.manage", new RecordPlace()));
    }

    // Passed, has a second factor, must change the password, the node asks for a second factor: the next step.
    [Theory]
    [InlineData(null, false, false, false, "open")]
    [InlineData(null, false, false, true, "enrolment")]
    [InlineData(null, false, true, false, "password")]
    [InlineData(null, false, true, true, "password")]
    [InlineData(null, true, false, true, "second_factor")]
    [InlineData(null, true, true, true, "second_factor")]
    [InlineData("second_factor", true, true, true, "password")]
    [InlineData("second_factor", true, false, true, "open")]
    [InlineData("password", false, false, true, "enrolment")]
    [InlineData("password", false, false, false, "open")]
    [InlineData("password", true, false, true, "open")]
    [InlineData("enrolment", true, false, true, "open")]
    public void The_steps_of_signing_in_follow_each_other(string? passed, bool has, bool mustChange, bool required, string next) =>
        Assert.Equal(next, Stages.After(passed, has, mustChange, required));

    private static RecordPlace Record(string name) => name switch
    {
        "of the north" => new RecordPlace(Agency: North),
        "of the south" => new RecordPlace(Agency: South),
        "of the night team" => new RecordPlace(Team: Night, Agency: North),
        "bob's" => new RecordPlace(Owner: Bob, Agency: South),
        "carla's" => new RecordPlace(Owner: Carla, Agency: North),
        "in XA01 02" => new RecordPlace { Areas = ["XA0102", "XA01", "XA"] },
        _ => new RecordPlace(),
    };
}
