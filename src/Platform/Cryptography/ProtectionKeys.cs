using System.Text;
using System.Xml.Linq;
using Dapper;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tambo.Platform.Database;
using Tambo.Platform.Files;

namespace Tambo.Platform.Cryptography;

/// <summary>
/// The keys behind cookies and forms, in the database so that all processes of a node share them, sealed by the node key
/// so that a copy of the database opens nothing.
/// </summary>
internal sealed class ProtectionKeys(NodeDb db) : IXmlRepository
{
    // The framework asks synchronously, a few times in the life of a process and never inside a transaction of ours.
    public IReadOnlyCollection<XElement> GetAllElements() => ReadAsync().GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName) => WriteAsync(element).GetAwaiter().GetResult();

    private async Task<IReadOnlyCollection<XElement>> ReadAsync()
    {
        await using var connection = await db.ReadAsync(CancellationToken.None);
        var rows = await connection.QueryAsync<string>("select wrapped from platform_protection_keys order by created_at, id");
        return [.. rows.Select(SealedXml.Parse)];
    }

    private async Task WriteAsync(XElement element)
    {
        await using var change = await db.BeginOperationalAsync(CancellationToken.None);
        await change.ExecuteAsync(
            "insert into platform_protection_keys (id, wrapped, created_at) values (@Id, @Wrapped, @At)",
            new
            {
                Id = Guid.CreateVersion7(db.Time.GetUtcNow()),
                Wrapped = element.ToString(SaveOptions.DisableFormatting),
                At = db.Time.GetUtcNow(),
            });
        await change.CommitAsync(CancellationToken.None);
    }
}

/// <summary>Seals one protection key with the node key.</summary>
internal sealed class SealedXml(NodeKey key) : IXmlEncryptor
{
    internal const string Purpose = "protection-keys";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var element = new XElement("sealed", Convert.ToBase64String(key.Seal(plain, Purpose)));
        return new EncryptedXmlInfo(element, typeof(OpenedXml));
    }

    internal static XElement Parse(string text) => SafeXml.Load(new MemoryStream(Encoding.UTF8.GetBytes(text))).Root!;
}

/// <summary>Opens what <see cref="SealedXml"/> sealed; the framework makes it from the type's name.</summary>
internal sealed class OpenedXml(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        var key = services.GetRequiredService<NodeKey>();
        var plain = key.Open(Convert.FromBase64String(encryptedElement.Value), SealedXml.Purpose);
        return SealedXml.Parse(Encoding.UTF8.GetString(plain));
    }
}

/// <summary>How a node comes by its protection keys.</summary>
public static class ProtectionKeyServices
{
    /// <summary>Keeps the framework's keys in the node's database; needs <see cref="NodeDb"/> and <see cref="NodeKey"/>.</summary>
    public static IServiceCollection AddProtectionKeys(this IServiceCollection services)
    {
        services.AddDataProtection().Services
            .AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(options =>
            {
                options.XmlRepository = new ProtectionKeys(provider.GetRequiredService<NodeDb>());
                options.XmlEncryptor = new SealedXml(provider.GetRequiredService<NodeKey>());
            }));
        services.Configure<Microsoft.AspNetCore.DataProtection.DataProtectionOptions>(options => options.ApplicationDiscriminator = "tambo");
        return services;
    }
}
