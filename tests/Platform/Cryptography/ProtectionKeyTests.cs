using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Cryptography;

public sealed class ProtectionKeyTests
{
    [Theory]
    [OnEachEngine]
    public async Task Processes_of_one_node_share_them_and_a_copy_of_the_database_opens_nothing(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var sealedText = Protector(test.Db, nodeKey: 1).Protect("a cookie");
        Assert.Equal("a cookie", Protector(test.Db, nodeKey: 1).Unprotect(sealedText));
        Assert.ThrowsAny<CryptographicException>(() => Protector(test.Db, nodeKey: 2).Unprotect(sealedText));

        await using var connection = await test.Db.ReadAsync(CancellationToken.None);
        var stored = await connection.QueryAsync<string>("select wrapped from platform_protection_keys");
        Assert.All(stored, key =>
        {
            Assert.Contains("<sealed", key, StringComparison.Ordinal);
            Assert.DoesNotContain("<value", key, StringComparison.Ordinal);
        });
        Assert.NotEmpty(stored);
    }

    private static IDataProtector Protector(NodeDb db, byte nodeKey)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.ClearProviders());
        services.AddSingleton(db);
        services.AddSingleton(new NodeKey([.. Enumerable.Repeat(nodeKey, 32)]));
        services.AddProtectionKeys();
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
    }
}
