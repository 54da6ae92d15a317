namespace Tambo.Tests.Processes;

/// <summary>Texts go to translators and come back by the command line, whether the node serves or not.</summary>
public sealed class TranslationVerbTests
{
    private const string Town =
        """
        [{"id":"5c1b7a0e-8a50-4b8e-9c55-2b1f0a7d3e01","name":"Clinic","status":"active","text_language":"en"},
         {"id":"5c1b7a0e-8a50-4b8e-9c55-2b1f0a7d3e02","name":"Refuge","status":"active","text_language":"en","confidentiality":"withheld"},
         {"id":"5c1b7a0e-8a50-4b8e-9c55-2b1f0a7d3e03","name":"Comedor","status":"active","text_language":"es"}]
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Texts_go_out_and_translations_come_in(bool serves)
    {
        using var folder = new NodeFolder();
        var town = folder.Beside("town.json");
        await File.WriteAllTextAsync(town, Town, TestContext.Current.CancellationToken);
        Assert.Equal(0, (await folder.RunAsync("import", "services", town)).Code);
        await using var node = serves ? await NodeProcess.ServeAsync(folder) : null;

        var file = folder.Beside("fr.xlf");
        var made = await folder.RunAsync("export", "translations", file, "--language", "fr", "--from", "en");
        Assert.Equal((0, ""), (made.Code, made.Errors));
        Assert.Contains("Exported 1 texts of 1 records, written in en. Written in other languages, each for a file of its own (--from): es 1.", made.Output, StringComparison.Ordinal);
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("Refuge", text, StringComparison.Ordinal);
        Assert.Equal(1, (await folder.RunAsync("export", "translations", file, "--language", "fr")).Code);
        Assert.Contains("guide.xliff_target", (await folder.RunAsync("export", "translations", "-", "--language", "tlh")).Errors, StringComparison.Ordinal);
        Assert.Contains("Refuge", (await folder.RunAsync("export", "translations", "-", "--language", "fr", "--from", "en", "--hidden")).Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, text.Replace("<source>Clinic</source>", "<source>Clinic</source><target>Dispensaire</target>", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.NotEqual(0, (await folder.RunAsync("import", "translations", file)).Code);
        var dry = await folder.RunAsync("import", "translations", file, "--translator", "Office", "--dry-run");
        Assert.Equal(0, dry.Code);
        Assert.Contains("Would take in translations from en into fr: 1 new", dry.Output, StringComparison.Ordinal);
        Assert.Contains("Took in translations from en into fr: 1 new", (await folder.RunAsync("import", "translations", file, "--translator", "Office")).Output, StringComparison.Ordinal);
        Assert.Contains("0 new, 0 changed, 0 confirmed, 0 of an older text, 1 as they were", (await folder.RunAsync("import", "translations", file, "--translator", "Office")).Output, StringComparison.Ordinal);
        Assert.Contains("Dispensaire", (await folder.RunAsync("export", "services", "-")).Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, text.Replace("7d3e01", "7d3e09", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var refused = await folder.RunAsync("import", "translations", file, "--translator", "Office");
        Assert.Equal(1, refused.Code);
        Assert.Contains("service.5c1b7a0e-8a50-4b8e-9c55-2b1f0a7d3e09 / name: There is no such record", refused.Output, StringComparison.Ordinal);
    }
}
