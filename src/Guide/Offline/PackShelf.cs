using System.Collections.Concurrent;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Offline;

/// <summary>A pack with the area it is of.</summary>
internal sealed record AreaPack(PackArea Area, string Name, Pack Pack, IReadOnlyList<SourceSet> Sources);

/// <summary>
/// The packs of each language, made when somebody first asks after the directory has changed. A pack whose content is still
/// the same is kept, so that only what changed is compressed again.
/// </summary>
internal sealed class PackShelf(LiveOffers offers, TextCatalog catalog, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Board> boards = new(StringComparer.Ordinal);

    /// <summary>The packs of a language, as the public may know the directory now.</summary>
    public async Task<IReadOnlyList<AreaPack>> GetAsync(string language, CancellationToken cancellationToken)
    {
        var all = await offers.GetAsync(cancellationToken);
        var year = time.GetUtcNow().Year;
        var known = boards.GetValueOrDefault(language);
        if (known is null || known.Failed || known.Version != all.Directory.Version || known.Year != year)
        {
            var made = new Board(all.Directory.Version, year, new Lazy<Task<IReadOnlyList<AreaPack>>>(() => Task.Run(() => MakeAsync(all, language, year, known), CancellationToken.None)));
            // Two readers who come at once share one making; an older one never takes the place of a newer one.
            known = boards.AddOrUpdate(language, made, (_, other) => other.Failed || other.Version < made.Version || (other.Version == made.Version && other.Year != year) ? made : other);
        }

        return await known.Packs.Value.WaitAsync(cancellationToken);
    }

    /// <summary>The pack of an area in a language; null when there is none.</summary>
    public async Task<AreaPack?> FindAsync(string language, string area, CancellationToken cancellationToken) =>
        (await GetAsync(language, cancellationToken)).FirstOrDefault(pack => pack.Area.Code == area);

    private async Task<IReadOnlyList<AreaPack>> MakeAsync(Offers all, string language, int year, Board? before)
    {
        var texts = catalog.In(language);
        var now = time.GetUtcNow();
        var rows = all.All.Select(offer => PackRow.Of(offer, texts.OnPage, now)).ToArray();
        var earlier = before is { Packs.Value.IsCompletedSuccessfully: true }
            ? (await before.Packs.Value).ToDictionary(pack => pack.Area.Code, pack => pack.Pack, StringComparer.Ordinal)
            : [];
        return
        [
            .. PackAreas.Of(all.All).Select(area =>
            {
                var pack = new Pack(PackHead.Of(area, texts.OnPage, year), area.Offers.Select(offer => rows[offer.Row]));
                return new AreaPack(
                    area,
                    area.Name(texts),
                    earlier.GetValueOrDefault(area.Code) is { } same && same.Version == pack.Version ? same : pack,
                    [.. area.Offers.Select(offer => offer.Source).OfType<SourceSet>().DistinctBy(source => source.Name)]);
            }),
        ];
    }

    private sealed record Board(long Version, int Year, Lazy<Task<IReadOnlyList<AreaPack>>> Packs)
    {
        public bool Failed => Packs is { IsValueCreated: true, Value.IsFaulted: true };
    }
}
