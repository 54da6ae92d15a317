using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Tambo.Cases.Disclosure;

namespace Tambo.Cases.Consent;

/// <summary>
/// Consents that were changed by other hands or by a fault, as lists have met them: what each shuts out nobody knows. Each is told to
/// the log once, and to supervisors until it opens again.
/// </summary>
internal sealed partial class UnreadConsents(ILogger<UnreadConsents> log)
{
    private readonly ConcurrentDictionary<Guid, Guid> persons = new();

    /// <summary>
    /// What stands for the exclusions that cannot be read: consulates and those who hold people or take them back are shut out. Those who
    /// help go on helping; to anybody else nothing goes while it does not open.
    /// </summary>
    public static IReadOnlyList<Exclusion> InsteadOfThem { get; } =
        [.. Vocabulary.Shipped.RecipientClasses.Where(kind => kind.Consular || (kind.Authority && kind.UsersNeverSee.Count > 0)).Select(kind => new Exclusion(new RecipientName(RecipientName.OfClass, kind.Code)))];

    /// <summary>With whose files they were given; each file once.</summary>
    public IReadOnlyCollection<Guid> Persons => persons.Values.ToHashSet();

    /// <summary>Opens several at once or, where one of them does not open, each by itself; what is damaged is noted and left out.</summary>
    /// <param name="rows">The consents.</param>
    /// <param name="open">Opens some of them; what opens is in its answer.</param>
    public async Task<(IReadOnlyDictionary<Guid, ConsentContent> Opened, IReadOnlySet<Guid> Damaged)> ReadAsync(
        IReadOnlyList<ConsentRow> rows, Func<IReadOnlyList<ConsentRow>, Task<IReadOnlyDictionary<Guid, ConsentContent>>> open)
    {
        try
        {
            var all = await open(rows);
            foreach (var row in persons.IsEmpty ? [] : rows)
                persons.TryRemove(row.Id, out _);
            return (all, new HashSet<Guid>());
        }
        catch (Exception fault) when (IsDamage(fault))
        {
            var (opened, damaged) = (new Dictionary<Guid, ConsentContent>(), new HashSet<Guid>());
            foreach (var row in rows)
            {
                try
                {
                    foreach (var (id, content) in await open([row]))
                        opened[id] = content;
                    persons.TryRemove(row.Id, out _);
                }
                catch (Exception failure) when (IsDamage(failure))
                {
                    damaged.Add(row.Id);
                    if (persons.TryAdd(row.Id, row.PersonId))
                        Unread(log, failure, row.Id);
                }
            }

            return (opened, damaged);
        }
    }

    private static bool IsDamage(Exception fault) => fault is CryptographicException or JsonException;

    [LoggerMessage(EventId = 4011, Level = LogLevel.Error, Message = "Consent {Id} cannot be opened: what it excludes is not known, and authorities are shut out instead.")]
    private static partial void Unread(ILogger logger, Exception failure, Guid id);
}
