using Tambo.Platform.Access;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Access;

public sealed class RoleTests
{
    [Fact]
    public void Shipped_roles_name_permissions_that_some_part_knows()
    {
        var known = Node.Parts.All.SelectMany(part => part.Permissions).ToHashSet();
        Assert.Empty(RoleCatalog.Shipped.Values.SelectMany(permissions => permissions).Where(code => !known.Contains(code)));
        // What tells of harm is for the protection focal point: an administrator neither reads it nor gives that right.
        Assert.True(known.Remove("guide.feedback.sensitive"));
        // Nor do they see persons and cases, or give anybody the right to.
        Assert.True(known.RemoveWhere(code => code.StartsWith("cases.", StringComparison.Ordinal)) > 10);
        Assert.Equal(known.Order(StringComparer.Ordinal), RoleCatalog.Shipped["administrator"].Order(StringComparer.Ordinal));
    }

    [Theory]
    [OnEachEngine]
    public async Task An_administrator_of_an_agency_cares_for_that_agency_alone(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await desk.AddAsync("root", "administrator");
        await desk.AddAsync("norma", "administrator", "North office");
        var outsider = await desk.AddAsync("sara", "viewer", "South office");
        var colleague = await desk.AddAsync("noel", "viewer", "North office");
        var browser = new SignInBrowser(desk);
        await browser.SignInAsync("norma", AccessDesk.GoodPassword);
        var norma = (await browser.WhoAsync())!;
        var db = desk.Database.Db;

        await RoleChanges.GrantAsync(db, norma, Grant(colleague, "editor", "agency", colleague.AgencyId), CancellationToken.None);
        await RefusedAsync(AccessProblems.BeyondOwnRights, () =>
            RoleChanges.GrantAsync(db, norma, Grant(colleague, "editor", "node", null), CancellationToken.None));
        await RefusedAsync(AccessProblems.Unknown, () =>
            RoleChanges.GrantAsync(db, norma, Grant(outsider, "viewer", "agency", outsider.AgencyId), CancellationToken.None));
        await RefusedAsync(AccessProblems.BeyondOwnRights, () =>
            desk.Users.AddAsync(norma, new NewUser("nico", "viewer"), CancellationToken.None));
        await RefusedAsync(AccessProblems.Unknown, () => desk.Users.CreateLinkAsync(norma, "root", CancellationToken.None));
        await RefusedAsync(AccessProblems.Unknown, () =>
            desk.Users.SetDisabledAsync(norma, outsider.Id, disabled: true, CancellationToken.None));
        await desk.Users.AddAsync(norma, new NewUser("nico", "editor") { Agency = "North office" }, CancellationToken.None);
    }

    [Theory]
    [OnEachEngine]
    public async Task Somebody_who_can_care_for_users_is_always_left(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        var root = await desk.AddAsync("root", "administrator");
        var grant = Grant(root, "administrator", "node", null);
        await RefusedAsync(AccessProblems.LastAdministrator, () =>
            RoleChanges.TakeAsync(desk.Database.Db, TestDatabase.Alice, grant, CancellationToken.None));
        await desk.AddAsync("second", "administrator");
        await RoleChanges.TakeAsync(desk.Database.Db, TestDatabase.Alice, grant, CancellationToken.None);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_role_of_ones_own_is_made_changed_and_never_a_shipped_one(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await desk.AddAsync("root", "administrator");
        var db = desk.Database.Db;
        await RoleChanges.DefineAsync(db, TestDatabase.Alice, "Night desk", ["guide.edit"], CancellationToken.None);
        await RoleChanges.DefineAsync(db, TestDatabase.Alice, "Night desk", ["guide.edit", "audit.read"], CancellationToken.None);
        var role = (await RoleCatalog.AllAsync(db, CancellationToken.None)).Single(role => role.Code == "night_desk");
        Assert.Equal(["guide.edit", "audit.read"], role.List);
        await RefusedAsync(AccessProblems.NameUnusable, () =>
            RoleChanges.DefineAsync(db, TestDatabase.Alice, "Viewer", ["guide.edit"], CancellationToken.None));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_role_that_others_hold_is_changed_by_nobody_with_less(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await desk.AddAsync("root", "administrator");
        await desk.AddAsync("norma", "administrator", "North office");
        var browser = new SignInBrowser(desk);
        await browser.SignInAsync("norma", AccessDesk.GoodPassword);
        var norma = (await browser.WhoAsync())!;
        var db = desk.Database.Db;
        await RoleChanges.DefineAsync(db, TestDatabase.Alice, "Night desk", ["guide.edit", "audit.read"], CancellationToken.None);

        // Norma cares for users, but of one agency.
        await RefusedAsync(AccessProblems.BeyondOwnRights, () => RoleChanges.DefineAsync(db, norma, "Night desk", [], CancellationToken.None));
        await RefusedAsync(AccessProblems.BeyondOwnRights, () => RoleChanges.DefineAsync(db, norma, "Day desk", [], CancellationToken.None));
        // Somebody who cares for all users, but may not read the audit as the role may.
        var carer = new Actor("user:carer", null, "Carer", [new Grant("users.manage", Scope.Node), new Grant("guide.edit", Scope.Node)]);
        await RefusedAsync(AccessProblems.BeyondOwnRights, () => RoleChanges.DefineAsync(db, carer, "Night desk", ["guide.edit"], CancellationToken.None));
        var role = (await RoleCatalog.AllAsync(db, CancellationToken.None)).Single(role => role.Code == "night_desk");
        Assert.Equal(["guide.edit", "audit.read"], role.List);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_role_never_takes_the_place_of_another_of_a_like_name(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await desk.AddAsync("root", "administrator");
        var db = desk.Database.Db;
        await RoleChanges.DefineAsync(db, TestDatabase.Alice, "Gestión", ["guide.edit"], CancellationToken.None);
        await RefusedAsync(AccessProblems.NameTaken, () => RoleChanges.DefineAsync(db, TestDatabase.Alice, "Gestion", ["audit.read"], CancellationToken.None));
        // Each of these was "____" or "______" when letters outside of ASCII were not told apart.
        foreach (var name in new[] { "ምዝገባ", "受付係員", "قبول", "приём" })
            await RoleChanges.DefineAsync(db, TestDatabase.Alice, name, ["guide.edit"], CancellationToken.None);
        var names = (await RoleCatalog.AllAsync(db, CancellationToken.None)).Select(role => role.Name).Where(name => name.Length > 0);
        Assert.Equal(["Gestión", "приём", "قبول", "ምዝገባ", "受付係員"], names.Order(StringComparer.Ordinal));
        await RefusedAsync(AccessProblems.NameUnusable, () => RoleChanges.DefineAsync(db, TestDatabase.Alice, "— ¡! —", ["guide.edit"], CancellationToken.None));
    }

    [Theory]
    [OnEachEngine]
    public async Task Names_are_unique_however_they_are_typed(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await desk.Users.AddAsync(TestDatabase.Alice, new NewUser("José.Luis", "viewer"), CancellationToken.None);
        await RefusedAsync(AccessProblems.NameTaken, () =>
            desk.Users.AddAsync(TestDatabase.Alice, new NewUser(" jose\u0301.luis ", "viewer"), CancellationToken.None));
        foreach (var name in new[] { "", "x", "two words", "<b>", new string('a', 65), "a@b@c" })
        {
            await RefusedAsync(AccessProblems.NameUnusable, () =>
                desk.Users.AddAsync(TestDatabase.Alice, new NewUser(name, "viewer"), CancellationToken.None));
        }

        await RefusedAsync(AccessProblems.Unknown, () =>
            desk.Users.AddAsync(TestDatabase.Alice, new NewUser("pilar", "emperor"), CancellationToken.None));
    }

    private static RoleGrant Grant(User user, string role, string kind, Guid? id) =>
        new() { UserId = user.Id, Role = role, ScopeKind = kind, ScopeId = id?.ToString("D") ?? "" };

    private static async Task RefusedAsync(ProblemKind kind, Func<Task> act) =>
        Assert.Equal(kind, (await Assert.ThrowsAsync<Problem>(act)).Kind);
}
