using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Attachments;
using Tambo.Cases.Persons;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>What the page of a picture shows.</summary>
public sealed record PhotoView
{
    /// <summary>True when there is one, of their own or of a file that was merged into theirs.</summary>
    public bool Exists { get; init; }

    /// <summary>Where the page is.</summary>
    public required string Address { get; init; }

    /// <summary>The person's file.</summary>
    public required string Back { get; init; }

    /// <summary>The person's reference, in words.</summary>
    public required string Ref { get; init; }

    /// <summary>Where the picture is; null when there is none for this reader.</summary>
    public string? Picture { get; init; }

    /// <summary>True when there is one that the reader may not see.</summary>
    public bool Closed { get; init; }

    /// <summary>The version of the person's own picture; 0 when there is none.</summary>
    public int Version { get; init; }

    /// <summary>True when the reader may keep another, or take it away.</summary>
    public bool MayChange { get; init; }
}

/// <summary>The page of a person's picture: seen by those who hold the right for it, kept and taken away by those who may change the person.</summary>
internal sealed class PhotoDesk(NodeDb db, PersonFiles files, KeepPhoto photos)
{
    private const string Address = CasesDesk.Persons + "/{id:guid}/photo";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (HttpContext context, Guid id, PhotoDesk desk, CancellationToken cancellationToken) => desk.ShowAsync(context, id, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapGet(Address + "/picture", (HttpContext context, Guid id, KeepPhoto photos, CancellationToken cancellationToken) => photos.GiveAsync(context, id, cancellationToken)).Needs(Compartments.Right(Compartments.Photo)).ExcludeFromDescription();
        routes.MapPost(Address, (HttpContext context, Guid id, PhotoDesk desk, CancellationToken cancellationToken) => desk.DoAsync(context, id, cancellationToken))
            .Needs(CasesRights.Edit).TakesFiles(KeepPhoto.MostBytes, inMemory: true).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    /// <summary>Where the page of a person is.</summary>
    public static string AddressOf(Guid person) => CasesDesk.PersonAddress(person) + "/photo";

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (scope, texts) = (CaseScope.For(context.Actor()), context.PageTexts());
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await files.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
        var isKnown = seen.Open.Contains(Compartments.Identity, StringComparer.Ordinal);
        var may = isKnown && seen.Row.Status == PersonRow.Active && seen.Allows(scope, CasesRights.Edit);
        // Whether there is one is told to those alone who see it or change it.
        var row = isKnown && (may || KeepPhoto.MaySee(seen, scope)) ? await KeepPhoto.FindAsync(connection, id) : null;
        return StaffForm.Page<PhotoPage>(context, problem, ("View", new PhotoView
        {
            Address = AddressOf(id),
            Back = CasesDesk.PersonAddress(id),
            Ref = texts.Format("cases.person.ref", ("ref", seen.Row.PublicRef)),
            Picture = row is not null && KeepPhoto.MaySee(seen, scope) ? $"{AddressOf(id)}/picture" : null,
            Closed = row is not null && !KeepPhoto.MaySee(seen, scope),
            Version = row?.PersonId == id ? row.Version : 0,
            Exists = row is not null,
            MayChange = may,
        }));
    }

    private Task<IResult> DoAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        FileForm.Prepare(context);
        return Sections.DoAsync(context, AddressOf(id), async form =>
        {
            var (actor, version) = (context.Actor(), form.Version());
            var seen = await photos.AdmitAsync(id, actor, cancellationToken);
            if (form.Text("act") == "remove")
            {
                await photos.RemoveAsync(seen, version, actor, cancellationToken);
                return;
            }

            var sent = (await SentForm.ReadAsync(context, cancellationToken)).Files.GetFile("picture");
            if (sent is null || sent.Length == 0)
                throw FormProblems.With(("picture", FormProblems.Missing));
            if (sent.Length > KeepPhoto.MostBytes)
                throw AttachmentProblems.TooLarge.With(("megabytes", KeepPhoto.MostBytes / (1024 * 1024)));
            var bytes = new byte[sent.Length];
            await using (var stream = sent.OpenReadStream())
                await stream.ReadExactlyAsync(bytes, cancellationToken);
            await photos.KeepAsync(seen, version, bytes, actor, cancellationToken);
        }, problem => ShowAsync(context, id, problem, cancellationToken), cancellationToken);
    }
}
