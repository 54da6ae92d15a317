using System.Text.Json;
using Tambo.Guide.Directory;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Reviews;

/// <summary>Lists, pages, the open interface, files and figures say the same of when a service was confirmed.</summary>
public sealed class FreshnessToldTests
{
    [Theory, OnEachEngine]
    public async Task Lists_pages_interfaces_and_figures_agree(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        var now = SettableTime.Noon;
        Service New(string name, double? days, string level = Confidentiality.Public) => new()
        {
            Id = Guid.CreateVersion7(now),
            Name = name,
            TextLanguage = "en",
            CreatedAt = now,
            ChangedAt = now,
            ChangedBy = "test",
            Confidentiality = level,
            ConfirmedAt = days is { } ago ? now.AddDays(-ago) : null,
            ConfirmedBy = days is null ? "" : "The desk",
        };
        var (recent, ageing, old, never, hidden) = (New("Recent help", 30), New("Ageing help", 120), New("Old help", 300), New("New help", null), New("Hidden help", 1, Confidentiality.Withheld));
        await desk.WriteAsync(change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of([recent, ageing, old, never, hidden]), "edited"));
        using var client = desk.Node.Client();

        var list = await client.GetStringAsync("/en/services");
        foreach (var (service, said) in new[]
        {
            (recent, $"Confirmed on {Day(recent)}<"), (ageing, $"Confirmed on {Day(ageing)}, more than 3 months ago<"),
            (old, $"Confirmed on {Day(old)}, more than 6 months ago<"), (never, "Not confirmed yet<"),
        })
        {
            var card = list[list.IndexOf(service.Id.ToString("D"), StringComparison.Ordinal)..];
            Assert.Contains(said, card[..card.IndexOf("</li>", StringComparison.Ordinal)], StringComparison.Ordinal);
        }

        foreach (var (service, tone) in new[] { (recent, "good"), (ageing, "warn"), (old, "bad"), (never, "bad") })
        {
            var page = await client.GetStringAsync($"/en/services/{service.Id:D}");
            Assert.Matches($"class=\"notice {tone}\"[^>]*>(?:(?!</div>).)*{(service.ConfirmedAt is null ? "Nobody has confirmed" : "Last confirmed on " + Day(service))}", page.ReplaceLineEndings(" "));
            using var hsds = JsonDocument.Parse(await client.GetStringAsync($"/hsds/services/{service.Id:D}"));
            Assert.Equal(
                service.ConfirmedAt?.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
                hsds.RootElement.TryGetProperty("assured_date", out var assured) ? assured.GetString() : null);
        }

        using var figures = JsonDocument.Parse(await client.GetStringAsync("/api/guide/freshness"));
        int Figure(string name) => figures.RootElement.GetProperty(name).GetInt32();
        var sample = desk.Service.ConfirmedAt;
        Assert.Equal(5, Figure("services"));
        Assert.Equal(Figure("services"), Figure("confirmedWithin90Days") + Figure("confirmedWithin180Days") + Figure("confirmedEarlier") + Figure("neverConfirmed"));
        Assert.Equal(1 + (sample is { } at && now - at <= TimeSpan.FromDays(90) ? 1 : 0), Figure("confirmedWithin90Days"));
        Assert.Contains($"{Figure("confirmedWithin90Days")} of 5", await client.GetStringAsync("/en/about"), StringComparison.Ordinal);
    }

    private static string Day(Service service) => service.ConfirmedAt!.Value.UtcDateTime.ToString("d MMMM yyyy", System.Globalization.CultureInfo.InvariantCulture);
}
