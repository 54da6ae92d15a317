using Tambo.Tests.Support;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongOnesFirst))]

namespace Tambo.Tests.Support;

/// <summary>
/// A class of tests, one of those that take longest: they begin, so that a run does not end with one of them alone while the other
/// processors have nothing left to do. <c>./do test</c> lists at its end what took long.
/// </summary>
/// <param name="seconds">About how long it takes; the longest is first.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TakesLongAttribute(int seconds) : Attribute
{
    /// <summary>About how long it takes.</summary>
    public int Seconds => seconds;
}

/// <summary>Puts the classes that take long before all others, which come in any order.</summary>
public sealed class LongOnesFirst : ITestCollectionOrderer
{
    private static readonly Dictionary<string, int> Known = typeof(LongOnesFirst).Assembly.GetTypes()
        .Select(type => (Name: type.FullName!, type.GetCustomAttributes(typeof(TakesLongAttribute), inherit: false).Cast<TakesLongAttribute>().FirstOrDefault()?.Seconds))
        .Where(type => type.Seconds is not null)
        .ToDictionary(type => type.Name, type => type.Seconds!.Value, StringComparer.Ordinal);

    /// <inheritdoc />
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection
    {
        var any = DefaultTestCollectionOrderer.Instance.OrderTestCollections(testCollections);
        return [.. any.OrderByDescending(collection => SecondsOf(collection.TestCollectionDisplayName))];
    }

    // "Test collection for NAMESPACE.CLASS (id: …)"
    private static int SecondsOf(string collection) => Known.GetValueOrDefault(collection.Split(' ') is ["Test", "collection", "for", var type, ..] ? type : "");
}
