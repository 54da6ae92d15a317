using System.Text.Json;

namespace Tambo.Cases.Referrals;

/// <summary>What kind of recipient a service is that gives some help.</summary>
/// <param name="Need">The need of the directory.</param>
/// <param name="Class">The kind that it is taken for.</param>
/// <param name="Sure">False when that is a guess, which whoever states the kind replaces.</param>
/// <param name="MayBe">What such a service may be as well.</param>
internal sealed record NeedClass(string Need, string Class, bool Sure, IReadOnlyList<string> MayBe);

/// <summary>Which kinds of recipient services are: a data file, with where it comes from and whether anybody checked it.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Verified">Whether it was checked against a source.</param>
/// <param name="Needs">By what help a service gives.</param>
/// <param name="Stated">What somebody may state.</param>
/// <param name="Alone">Kinds that are nothing else beside: what was agreed for services of any kind is not agreed for them.</param>
internal sealed record ReceiverClasses(string Source, bool Verified, IReadOnlyList<NeedClass> Needs, IReadOnlyList<string> Stated, IReadOnlyList<string> Alone)
{
    /// <summary>What every service is beside what it is more narrowly.</summary>
    public const string Service = "service_provider";

    /// <summary>Those who receive people who are returned.</summary>
    public const string ReturnReception = "return_reception";

    /// <summary>What ships.</summary>
    public static ReceiverClasses Shipped { get; } = Read();

    /// <summary>What a service is, and what it may be.</summary>
    /// <param name="needs">What help it gives.</param>
    /// <param name="stated">What somebody said that it is; empty when nobody did.</param>
    public (IReadOnlyList<string> Classes, IReadOnlyList<string> MayBe) Of(IReadOnlyList<string> needs, string stated)
    {
        var known = Needs.Where(pair => needs.Contains(pair.Need)).ToList();
        var classes = known.Where(pair => pair.Sure || stated.Length == 0).Select(pair => pair.Class).Append(stated).Where(code => code.Length > 0).Append(Service).Distinct(StringComparer.Ordinal).ToList();
        if (classes.Exists(Alone.Contains))
            classes.Remove(Service);
        // A service of which the directory says nothing may be anything.
        IEnumerable<string> others = stated.Length > 0 ? [] : known.Count == 0 ? Stated : known.SelectMany(pair => pair.MayBe);
        return (classes, [.. others.Distinct(StringComparer.Ordinal).Where(code => !classes.Contains(code))]);
    }

    private static ReceiverClasses Read()
    {
        using var stream = typeof(ReceiverClasses).Assembly.GetManifestResourceStream("Tambo.Cases.Rules.receivers.json")!;
        return JsonSerializer.Deserialize<ReceiverClasses>(stream, JsonSerializerOptions.Web)!;
    }
}
