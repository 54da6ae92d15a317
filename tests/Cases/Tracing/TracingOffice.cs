using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Tracing;

/// <summary>A node whose officers exchange persons with registers for tracing.</summary>
internal sealed class TracingOffice : IAsyncDisposable
{
    private TracingOffice(CasesOffice office, Officer paula, Officer dora) => (Office, Paula, Dora) = (office, paula, dora);

    public CasesOffice Office { get; }

    /// <summary>Looks after persons.</summary>
    public Officer Paula { get; }

    /// <summary>Exchanges them.</summary>
    public Officer Dora { get; }

    public static async Task<TracingOffice> OpenAsync(Engine engine)
    {
        var office = await CasesOffice.OpenAsync(engine);
        return new TracingOffice(office, await office.OfficerAsync("paula", "protection_specialist"), await office.OfficerAsync("dora", "tracing_officer"));
    }

    public Task<Told> RegisterAsync(string name, object? asylum = null) => Paula.RegisterAsync(new
    {
        identity = new
        {
            names = new object[] { new { given = new[] { name }, family1 = "Torrealta" }, new { kind = "alias", full = name + " of the bridge" } },
            sexRecorded = "female",
            birth = new { date = "1994-06-17" },
            placeOfBirth = new { country = "AND", text = "Placeword" },
            nationalities = new[] { new { code = "AND" } },
            documents = new[] { new { type = "passport", number = "DOC4711" } },
            contact = new[] { new { kind = "phone", value = "+376 555 0101" } },
        },
        health = new { notes = "insulin-word" },
        asylum,
    });

    public async Task<Guid> AgreeAsync(Guid person, string category = "identity", string recipient = "tracing_network", string action = "share", string purpose = "tracing", object[]? exclusions = null)
    {
        var told = await Paula.AgreeAsync(person, purpose, [Officer.Scope(category, recipient, action)], exclusions, Office.Time.GetUtcNow().AddDays(30));
        return told.Id;
    }

    public async Task ChooseAsync(Guid person, string publication, int version = 0)
    {
        var told = await Paula.PutAsync($"/api/cases/persons/{person:D}/tracing", new { publication }, $"\"v{version}\"");
        Assert.True(told.Status == 200, told.Text);
    }

    public async Task<string> ExportAsync(string to = "Red de búsqueda", string? country = "001", DateTimeOffset? since = null, string kind = "tracing_network")
    {
        var told = await Dora.PostAsync("/api/cases/tracing/export", new { to, kind, country, since });
        Assert.True(told.Status == 200, told.Text);
        return told.Text;
    }

    public ValueTask DisposeAsync() => Office.DisposeAsync();
}
