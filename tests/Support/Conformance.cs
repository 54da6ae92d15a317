using Xunit.Sdk;

namespace Tambo.Tests.Support;

/// <summary>Official examples and schemas whose licences keep them out of the tree, in the folder TAMBO_CONFORMANCE.</summary>
public static class Conformance
{
    /// <summary>
    /// A file or folder below it. Where the folder is missing the test is reported as not run; in CI that is a failure.
    /// </summary>
    public static string Find(params string[] path)
    {
        var root = Environment.GetEnvironmentVariable("TAMBO_CONFORMANCE");
        var found = root is null ? null : Path.Combine([root, .. path]);
        if (found is not null && Path.Exists(found))
            return found;
        if (Environment.GetEnvironmentVariable("CI") is "true" or "1")
            Assert.Fail($"CI needs TAMBO_CONFORMANCE with {string.Join('/', path)}.");
        throw SkipException.ForSkip($"Not run: TAMBO_CONFORMANCE has no {string.Join('/', path)}.");
    }
}
