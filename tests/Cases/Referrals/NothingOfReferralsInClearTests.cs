using System.Text;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Referrals;

/// <summary>Whoever steals the database learns that there are referrals and notices, and not to whom, what for, or of whom.</summary>
public sealed class NothingOfReferralsInClearTests
{
    private static readonly string[] Words = ["Zorayda", "Quispillo", "told-word", "tracing_network", "person_changed_mind", "general/people_with", "focal-word", "along-word", "basis-word", "vital_interests"];

    [Fact]
    public async Task Neither_what_was_told_nor_what_a_service_is_nor_why_it_ended_stands_in_the_database()
    {
        await using var desk = await ReferralOffice.OpenAsync(Engine.Sqlite);
        var given = await desk.HandOverAsync();
        var draft = await desk.Nora.PostAsync(
            $"/api/cases/{desk.Case:D}/referrals",
            new { service = desk.Mats.Id, kind = "shelter", urgency = "urgent", consent = desk.Consent.Id, receiverClass = "tracing_network", told = new Dictionary<string, string> { ["general/people_with"] = "told-word" } },
            ("Idempotency-Key", "\"drafted\""));
        Assert.True(draft.Status == 201, draft.Text);
        Assert.Equal(200, (await desk.Nora.PutAsync($"/api/cases/referrals/{draft.Id:D}/arrangements", new { alongNote = "along-word", focalPoint = new { name = "focal-word" } }, "\"v1\"")).Status);
        await desk.DoneAsync(draft.Id, "steps", new { act = "withdraw", reason = "person_changed_mind" });
        var based = await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = desk.Beds.Id, kind = "shelter", urgency = "emergency", receiverClass = "health_provider" });
        await desk.DoneAsync(based.Id, "basis", new { code = "vital_interests", reason = "basis-word" });
        Assert.Equal(200, (await desk.WithdrawAsync(desk.Nora)).Status);
        await desk.Saul.GetAsync("/api/cases/referrals/incoming");

        var all = new StringBuilder();
        foreach (var path in Directory.EnumerateFiles(desk.Office.Node.Settings.Folder, "*", SearchOption.AllDirectories).Where(path => Path.GetExtension(path) is not (".sock" or ".lock")))
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await file.CopyToAsync(bytes);
            all.Append(Encoding.UTF8.GetString(bytes.ToArray())).Append('\n').Append(Encoding.Unicode.GetString(bytes.ToArray())).Append('\n');
        }

        var stolen = all.ToString();
        // The search finds what does stand there.
        Assert.Contains(given.ToString("D"), stolen, StringComparison.Ordinal);
        Assert.Contains("acknowledged", stolen, StringComparison.Ordinal);
        Assert.Empty(Words.Where(word => stolen.Contains(word, StringComparison.OrdinalIgnoreCase)));
        // The agency that is asked stands there by a mark alone.
        var inbox = Assert.Single((await desk.Office.ReadAsync<string>("select inbox from cases_referrals where id = @given", new { given })));
        Assert.Equal(16, inbox.Length);
        Assert.DoesNotContain(desk.Saul.Agency!.Value.ToString("N")[..8], inbox, StringComparison.OrdinalIgnoreCase);
    }
}
