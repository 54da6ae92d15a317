using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Tambo.Platform.Counting;
using Tambo.Platform.Database;

namespace Tambo.Platform.Http;

/// <summary>How long a public page stays right.</summary>
/// <param name="Area">The area whose changes make it wrong.</param>
/// <param name="Until">The instant at which it may become wrong by itself: the next opening or closing, at the latest in a minute.</param>
public sealed record Freshness(string Area, DateTimeOffset Until);

/// <summary>A public page may be kept for all its readers.</summary>
/// <param name="Freshness">What makes it wrong.</param>
/// <param name="Version">The number of the content it is drawn from: of the content itself, or <see cref="AreaVersion.Shown"/> read before drawing.</param>
/// <param name="Address">
/// The one spelling of its address under which it is kept and which its own links name, query and all; other spellings
/// find it by <see cref="PageCache.Find"/>.
/// </param>
public sealed record KeptPage(Freshness Freshness, long Version, string Address)
{
    /// <summary>What is counted each time the page is given to somebody, whether it was just made or kept; usually nothing.</summary>
    public Tally? Counts { get; init; }
}

/// <summary>
/// Public pages as ready bytes: by address and query, in the encodings browsers take, with their ETag. An entry is
/// dropped when its area changes or its time has come. Nothing that depends on who asks ever gets in.
/// </summary>
public sealed class PageCache(ChangeVersions versions, TimeProvider time)
{
    /// <summary>Bytes that pages in all their encodings may take together.</summary>
    private const long Budget = 48 * 1024 * 1024;

    /// <summary>Pages with a question in their address: whoever makes up questions pushes out other questions, never the rest.</summary>
    internal const int MostQuestions = 1000;

    /// <summary>Other spellings that are remembered, none longer than this, so that they too are answered before anything else.</summary>
    private const int MostSpellings = 2000;

    private const int LongestSpelling = 400;

    // Reading is what happens thousands of times a second: no lock, no copy, nothing counted.
    private readonly ConcurrentDictionary<PageKey, CachedPage> pages = new();
    private readonly ConcurrentDictionary<PageKey, PageKey> spellings = new();
    private readonly Lock keeping = new();
    private long used;
    private int questions;
    private int spelled;

    /// <summary>Pages that are kept, right or not.</summary>
    internal int Count => pages.Count;

    /// <summary>Spellings that are remembered.</summary>
    internal int Spellings => spellings.Count;

    /// <summary>Answers from the cache by the address as it was written; false when the page must be made, or looked for by its kept address (<see cref="Find"/>).</summary>
    public bool TryAnswer(HttpContext context, [NotNullWhen(true)] out Task? answer)
    {
        answer = null;
        var request = context.Request;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            return false;
        var asked = PageKey.Of(request);
        if (!pages.TryGetValue(asked, out var page) && spellings.TryGetValue(asked, out var kept))
            pages.TryGetValue(kept, out page);
        if (page is null)
            return false;
        var now = time.GetUtcNow();
        if (page.IsRight(now))
            answer = page.SendAsync(context, now);
        return answer is not null;
    }

    /// <summary>The page kept under an address, as the answer to a request that spelled it otherwise; null when it must be made.</summary>
    public IResult? Find(HttpRequest request, string address)
    {
        var key = PageKey.Of(address);
        if (!pages.TryGetValue(key, out var page) || !page.IsRight(time.GetUtcNow()))
            return null;
        Remember(PageKey.Of(request), key);
        return page;
    }

    /// <summary>Keeps a page that was just made, and sends it.</summary>
    public Task KeepAndSendAsync(HttpContext context, byte[] html, string language, KeptPage kept)
    {
        var page = new CachedPage(html, language, versions.Of(kept.Freshness.Area), kept, time);
        var now = time.GetUtcNow();
        // What was drawn from an older content than readers are given by now is sent to who asked for it, and not kept.
        if (page.IsRight(now))
        {
            var key = PageKey.Of(kept.Address);
            Keep(key, page, now);
            Remember(PageKey.Of(context.Request), key);
        }

        return page.SendAsync(context, now);
    }

    private void Remember(PageKey spelling, PageKey key)
    {
        if (spelling == key || spelling.Path.Length + spelling.Query.Length > LongestSpelling || spellings.ContainsKey(spelling))
            return;
        lock (keeping)
        {
            // Those in use come back with their next request.
            if (spelled >= MostSpellings)
            {
                spellings.Clear();
                spelled = 0;
            }

            if (spellings.TryAdd(spelling, key))
                spelled++;
        }
    }

    private void Keep(PageKey key, CachedPage page, DateTimeOffset now)
    {
        lock (keeping)
        {
            Forget(key);
            pages[key] = page;
            used += SizeOf(key, page);
            questions += key.IsQuestion ? 1 : 0;
            if (questions > MostQuestions)
                MakeRoom(now, () => questions <= MostQuestions * 3 / 4, onlyQuestions: true);
            if (used > Budget)
                MakeRoom(now, () => used <= Budget * 3 / 4, onlyQuestions: false);
        }
    }

    /// <summary>Drops the pages that are wrong by now, and then those that will be soonest, until there is room.</summary>
    private void MakeRoom(DateTimeOffset now, Func<bool> isEnough, bool onlyQuestions)
    {
        var candidates = pages.Where(kept => kept.Key.IsQuestion || !onlyQuestions)
            .OrderBy(kept => kept.Value.IsRight(now)).ThenBy(kept => kept.Value.Until);
        foreach (var (key, _) in candidates)
        {
            if (isEnough())
                break;
            Forget(key);
        }
    }

    private void Forget(PageKey key)
    {
        if (!pages.TryRemove(key, out var page))
            return;
        used -= SizeOf(key, page);
        questions -= key.IsQuestion ? 1 : 0;
    }

    // An address may be longer than a page: 8 kB of it are allowed.
    private static long SizeOf(PageKey key, CachedPage page) => page.Size + (2 * (key.Path.Length + key.Query.Length));

    private readonly record struct PageKey(string Path, string Query)
    {
        public bool IsQuestion => Query.Length > 0;

        public static PageKey Of(HttpRequest request) => new(request.Path.Value ?? "", request.QueryString.Value ?? "");

        public static PageKey Of(string address)
        {
            var end = address.IndexOf('?', StringComparison.Ordinal);
            return end < 0 ? new(address, "") : new(address[..end], address[end..]);
        }
    }
}
