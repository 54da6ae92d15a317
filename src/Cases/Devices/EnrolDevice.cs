using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Devices;

/// <summary>A device as it introduces itself.</summary>
internal sealed record SentDevice
{
    public string Name { get; set; } = "";

    /// <summary>What only somebody with the PIN can make: 256 bits in base64url.</summary>
    public string Proof { get; set; } = "";

    /// <summary>What its clock says.</summary>
    public DateTimeOffset? Now { get; init; }

    public override string ToString() => "•••";
}

/// <summary>How a device opens.</summary>
internal sealed record SentOpening
{
    public string Proof { get; set; } = "";

    public int Unsent { get; init; }

    public DateTimeOffset? Now { get; init; }

    public override string ToString() => "•••";
}

/// <summary>Another PIN of a device: what proves the one before and the new one, and the node's part that belongs to the new one.</summary>
internal sealed record SentPin
{
    public string Proof { get; set; } = "";

    public string NewProof { get; set; } = "";

    /// <summary>256 bits in base64url. The device draws it, so that it has sealed its key by it before anybody else hears of it.</summary>
    public string NewPart { get; set; } = "";

    public override string ToString() => "•••";
}

/// <summary>What a device is given: the node's part of its key, and by which rules it keeps anything.</summary>
internal sealed record GivenPart(Guid Id, string Part, string? Token, int OpenHours, int ForgetDays, int ClockOff, DateTimeOffset Now)
{
    public override string ToString() => "•••";
}

/// <summary>
/// Makes a device one that keeps cases, and opens it again: the part of its key that the node holds is given to whoever is signed
/// in and proves that they know the PIN. Ten wrong tries wipe it.
/// </summary>
internal sealed class EnrolDevice(NodeDb db, KeptDevices devices)
{
    public const string Root = "/api/cases/devices";
    private const int PartLength = 32;
    private const int LongestName = 60;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root + "/sender", static (HttpContext context, IAntiforgery forms, NodeDb db) =>
            {
                var tokens = forms.GetAndStoreTokens(context);
                return Results.Json(new { user = context.Actor().UserId, header = tokens.HeaderName, token = tokens.RequestToken, now = db.Time.GetUtcNow() }, CaseJson.Options);
            })
            .Needs(CasesRights.Edit).WithMetadata(new AskedByItself()).WithSummary("Who is signed in, for a device that keeps cases");
        routes.MapPost(Root, static async (HttpContext context, EnrolDevice enrol, CancellationToken cancellationToken) =>
            {
                var (said, wrong) = await SentJson.ReadAsync<SentDevice>(context.Request, cancellationToken);
                SentJson.RefuseIf(wrong);
                return Results.Json(await enrol.RunAsync(said, context.Actor(), context.Features.Get<User>()?.AgencyId, cancellationToken), CaseJson.Options, statusCode: StatusCodes.Status201Created);
            })
            .Needs(CasesRights.Edit).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(16 * 1024)
            .WithSummary("Makes a device one that keeps cases: {name, proof}; answers with the node's part of its key, once");
        routes.MapPost(Root + "/{id:guid}/open", static async (HttpContext context, Guid id, EnrolDevice enrol, CancellationToken cancellationToken) =>
            {
                var row = await enrol.AdmitAsync(id, context.Actor(), cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<SentOpening>(context.Request, cancellationToken);
                SentJson.RefuseIf(wrong);
                return Results.Json(await enrol.OpenAsync(row, said, context.Actor(), cancellationToken), CaseJson.Options);
            })
            .Needs(CasesRights.Edit).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(16 * 1024)
            .WithSummary("The node's part of a device's key, for whoever proves that they know its PIN: {proof, unsent, now}; the tenth wrong try wipes the device");
        routes.MapPost(Root + "/{id:guid}/pin", static async (HttpContext context, Guid id, EnrolDevice enrol, CancellationToken cancellationToken) =>
            {
                var row = await enrol.AdmitAsync(id, context.Actor(), cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<SentPin>(context.Request, cancellationToken);
                SentJson.RefuseIf(wrong);
                await enrol.ChangeAsync(row, said, context.Actor(), cancellationToken);
                return Results.NoContent();
            })
            .Needs(CasesRights.Edit).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(16 * 1024)
            .WithSummary("Another PIN of a device, for whoever proves the one before: {proof, newProof, newPart}; the part until then is gone. Wrong tries count as for opening");
    }

    /// <summary>Makes a device one that keeps cases.</summary>
    /// <exception cref="Problem">It has no name or no proof, or its user has too many devices.</exception>
    public async Task<GivenPart> RunAsync(SentDevice said, Actor actor, Guid? agency, CancellationToken cancellationToken)
    {
        var (now, name) = (db.Time.GetUtcNow(), said.Name.Trim());
        if (name.Length is 0 or > LongestName || actor.UserId is not { } user || !IsProof(said.Proof))
            throw DeviceProblems.Unfit.With();
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            if (await connection.ExecuteScalarAsync<long>("select count(*) from cases_devices where user_id = @user and wipe_at is null", new { user }) >= DeviceRules.MostDevices)
                throw DeviceProblems.TooMany.With(("most", DeviceRules.MostDevices));
        }

        agency ??= AgencyOf(actor);
        var id = Guid.CreateVersion7(now);
        var (part, token) = (RandomNumberGenerator.GetBytes(PartLength), Secret());
        await using var change = await db.BeginAsync(actor, "cases.device.enrolled", KeptDevices.SubjectOf(id), cancellationToken);
        await change.ExecuteAsync(
            """
            insert into cases_devices
                (id, user_id, agency_id, name, server_part, token_hash, proof_hash, created_at, seen_at, wrong_tries, unsent, clock_off)
            values (@id, @user, @agency, @Name, @Part, @Token, @Proof, @now, @now, 0, 0, @Off)
            """,
            new
            {
                id,
                user,
                agency,
                Name = devices.Seal(id, "name", Encoding.UTF8.GetBytes(name)),
                Part = devices.Seal(id, "part", part),
                Token = KeptDevices.HashOf(token),
                Proof = KeptDevices.HashOf(said.Proof),
                now,
                Off = KeptDevices.ClockOff(said.Now, now) ?? 0,
            });
        await change.CommitAsync(cancellationToken);
        return Given(id, part, token, KeptDevices.ClockOff(said.Now, now) ?? 0);
    }

    /// <summary>Gives the node's part of the key once more.</summary>
    /// <exception cref="Problem">The proof is wrong, or the device is to be wiped.</exception>
    public async Task<GivenPart> OpenAsync(DeviceRow row, SentOpening said, Actor actor, CancellationToken cancellationToken)
    {
        await RequireAsync(row, said.Proof, actor, cancellationToken);
        await devices.SeenAsync(row, said.Unsent, said.Now, always: true, actor, cancellationToken);
        return Given(row.Id, devices.Open(row.Id, "part", row.ServerPart), null, KeptDevices.ClockOff(said.Now, db.Time.GetUtcNow()) ?? 0);
    }

    /// <summary>Gives the device another PIN: the proof and the part of the key that belong to the one before are overwritten.</summary>
    /// <exception cref="Problem">The proof is wrong, the new ones are none, or the device is to be wiped.</exception>
    public async Task ChangeAsync(DeviceRow row, SentPin said, Actor actor, CancellationToken cancellationToken)
    {
        // A part has the length and the letters of a proof.
        if (!IsProof(said.NewProof) || !IsProof(said.NewPart) || !System.Buffers.Text.Base64Url.IsValid(said.NewPart, out var length) || length != PartLength)
            throw DeviceProblems.Unfit.With();
        await RequireAsync(row, said.Proof, actor, cancellationToken);
        await using var change = await db.BeginAsync(actor, "cases.device.pin_changed", KeptDevices.SubjectOf(row.Id), cancellationToken);
        if (await change.ExecuteAsync(
            "update cases_devices set proof_hash = @Proof, server_part = @Part, wrong_tries = 0 where id = @Id and proof_hash = @ProofHash and wipe_at is null",
            new
            {
                row.Id,
                row.ProofHash,
                Proof = KeptDevices.HashOf(said.NewProof),
                Part = devices.Seal(row.Id, "part", System.Buffers.Text.Base64Url.DecodeFromChars(said.NewPart)),
            }) == 0)
            throw PlatformProblems.Changed.With();
        await change.CommitAsync(cancellationToken);
    }

    private async Task RequireAsync(DeviceRow row, string proof, Actor actor, CancellationToken cancellationToken)
    {
        var tries = await CountAsync(row, proof, actor, cancellationToken);
        if (tries == 0)
            return;
        if (tries < DeviceRules.MostTries)
            throw DeviceProblems.PinWrong.With(("left", DeviceRules.MostTries - tries));
        await devices.OrderAsync(row, actor, cancellationToken);
        throw DeviceProblems.Gone.With();
    }

    // The tries up to this one; zero for the right proof, which is not counted. It is counted before it is compared, and whoever comes
    // meanwhile waits for it: however many come at a time, no more are compared than there are tries.
    private async Task<int> CountAsync(DeviceRow row, string proof, Actor actor, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(actor, "cases.device.wrong_try", KeptDevices.SubjectOf(row.Id), cancellationToken);
        if (await change.ExecuteAsync(
            "update cases_devices set wrong_tries = wrong_tries + 1 where id = @Id and wrong_tries < @Most and wipe_at is null", new { row.Id, Most = DeviceRules.MostTries }) == 0)
            return DeviceRules.MostTries;
        if (KeptDevices.Is(proof, row.ProofHash))
            return 0;
        var tries = await change.QuerySingleOrDefaultAsync<int>("select wrong_tries from cases_devices where id = @Id", new { row.Id });
        await change.CommitAsync(cancellationToken);
        return tries;
    }

    private Task<DeviceRow> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken) => devices.AdmitAsync(id, actor, cancellationToken);

    // By whom it is looked after: the agency for which its user works, or the only one at which they work with cases.
    private static Guid? AgencyOf(Actor actor)
    {
        var agencies = actor.Grants.Where(grant => grant is { Permission: CasesRights.Edit, Scope.Kind: "agency" }).Select(grant => grant.Scope.Id).Distinct().ToList();
        return agencies is [var only] && Guid.TryParse(only, out var id) ? id : null;
    }

    private GivenPart Given(Guid id, byte[] part, string? token, int off) => new(
        id, System.Buffers.Text.Base64Url.EncodeToString(part), token, devices.Rules.OpenHours, devices.Rules.ForgetDays, off, db.Time.GetUtcNow());

    private static string Secret() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(PartLength));

    private static bool IsProof(string text) => text.Length is >= 43 and <= 44 && text.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_');
}
