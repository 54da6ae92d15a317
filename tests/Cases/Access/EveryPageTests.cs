using Tambo.Tests.Cases.Disclosure;
using Tambo.Tests.Security;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Access;

/// <summary>
/// Every page of cases that names a record, opened and sent by every role that works with cases for a record of its own agency and of
/// another. The pages come from the table of doors, which holds every route of the node.
/// </summary>
public sealed class EveryPageTests
{
    private const string Root = "/staff/cases";

    // What there is to open of a case, to whom its compartment is open.
    private static readonly string[] Sections = ["", "/change", "/conferences", "/detention", "/family", "/files", "/give", "/handling", "/notes", "/plan", "/refer", "/referrals", "/safety", "/sheet", "/tasks", "/timeline", "/transfer"];

    // Answers of every form at once: each reads its own.
    private static readonly (string, string)[] Answers =
    [
        ("step", "undo"), ("state", "registered"), ("reason", "needs_met"), ("agreed", "yes"), ("why", "came back"), ("judgement", "not_justified"), ("note", "somebody was there"),
        ("urgency", "urgent"), ("locks", "return"), ("reason_withdraw", "made_in_error"), ("reason_decline", "full"), ("kind", "shelter"), ("type", "protection"), ("publication", "none"),
    ];

    [Theory]
    [OnEachEngine]
    public async Task Every_role_at_every_page_gets_for_its_own_and_a_foreign_record_what_the_oracle_says(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (north, south) = (await office.OfficerAsync("nora", "protection_specialist"), await office.OfficerAsync("saul", "protection_specialist", CasesOffice.South));
        var houses = await Houses.OpenAsync(office, north, south);
        var (own, foreign) = (await Parts.MakeAsync(office, north, south, houses, isOwn: true), await Parts.MakeAsync(office, south, south, houses, isOwn: false));
        var doors = Doors.All.Where(door => door.Pattern.StartsWith(Root, StringComparison.Ordinal) && door.Pattern.Contains('{')).OrderBy(door => door.Pattern, StringComparer.Ordinal).ToList();
        Assert.InRange(doors.Count(door => door.Method == "GET"), 27, doors.Count);
        Assert.InRange(doors.Count(door => door.Method == "POST"), 30, doors.Count);
        List<string> wrong = [];
        List<(string Role, Officer Officer)> asking = [];
        foreach (var role in EveryDoorTests.Rights.Keys)
            asking.Add((role, await office.OfficerAsync("pages-" + role.Replace('_', '-'), role)));
        // All look before anybody does anything.
        foreach (var (method, role, officer) in asking.Select(one => ("GET", one.Role, one.Officer)).Concat(asking.Select(one => ("POST", one.Role, one.Officer))))
        {
            var held = EveryDoorTests.Rights[role].Split(' ').ToHashSet(StringComparer.Ordinal);
            foreach (var some in doors.Where(door => door.Method == method).Chunk(20))
            {
                // Nobody is asked to wait for having knocked at so many doors at once.
                using var knocking = officer.Elsewhere();
                foreach (var door in some)
                {
                    var needs = door.Needs.Replace("cases.see.", "", StringComparison.Ordinal).Replace("cases.", "", StringComparison.Ordinal);
                    foreach (var record in new[] { own, foreign })
                    {
                        var told = await record.AskAsync(knocking, door);
                        // A person out of reach is not told from none, who is refused as a wrong answer where a case is opened.
                        // A consulate whom nobody here asked for is shut out: to it none of its own agency is told from a foreign one.
                        var isFit = !held.Contains(needs) || record == foreign || held.Contains("consular") ? told.Status == 404 || (held.Contains(needs) && door.Pattern.EndsWith("/persons/{id:guid}/cases", StringComparison.Ordinal) && told.Status == 422)
                            : door.Method == "GET" ? told.Status == Expected(door.Pattern, held)
                            // That there is something behind it; what is done by it is asked of the interface.
                            : role is not ("protection_specialist" or "cases_supervisor") || told.Status is < 500 and not 404 || IsElse(door.Pattern, role);
                        if (!isFit)
                            wrong.Add($"{role}: {door.Method} {door.Pattern} of its {(record == own ? "own" : "foreign")} agency is {told.Status}");
                        if ((record == foreign || door.Pattern.Contains("/incoming/", StringComparison.Ordinal)) && (told.Text.Contains(record.Secret, StringComparison.Ordinal) || told.Text.Contains(record.PersonRef, StringComparison.Ordinal) || told.Text.Contains(record.CaseRef, StringComparison.Ordinal)))
                            wrong.Add($"{role}: {door.Method} {door.Pattern} shows whom it is about");
                    }
                }
            }
        }

        // Somebody who may everything, and whom those of the own agency's records have shut out.
        await office.AddRoleAsync("everything", [.. EveryDoorTests.Everything]);
        var (shutOut, theirs) = (await office.OfficerAsync("shutout", "everything"), await Parts.MakeAsync(office, north, south, houses, isOwn: true));
        await theirs.ShutOutAsync(north, south, shutOut.Id);
        foreach (var some in doors.Where(door => !Array.Exists(OfNobody, part => door.Pattern.StartsWith(Root + part, StringComparison.Ordinal))).OrderBy(door => door.Method, StringComparer.Ordinal).Chunk(20))
        {
            using var knocking = shutOut.Elsewhere();
            foreach (var door in some)
            {
                var told = await theirs.AskAsync(knocking, door);
                if (told.Status != 404 && !(door.Pattern.EndsWith("/persons/{id:guid}/cases", StringComparison.Ordinal) && told.Status == 422))
                    wrong.Add($"shut out: {door.Method} {door.Pattern} is {told.Status}");
                if (told.Text.Contains(theirs.Secret, StringComparison.Ordinal) || told.Text.Contains(theirs.PersonRef, StringComparison.Ordinal) || told.Text.Contains(theirs.CaseRef, StringComparison.Ordinal))
                    wrong.Add($"shut out: {door.Method} {door.Pattern} shows whom it is about");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    // Of no person: what an office or somebody has for themselves, and what was received and is to be erased, whoever was shut out.
    private static readonly string[] OfNobody = ["/forms/", "/devices/", "/incoming/notices/"];

    // What an opened page of the own agency answers to somebody who has the right that it names.
    private static int Expected(string pattern, HashSet<string> held)
    {
        bool Holds(string right) => held.Contains(right);
        if (pattern.StartsWith(Root + "/{id:guid}", StringComparison.Ordinal))
        {
            // The case is of general protection: nobody sees it to whom that is closed. No file has come yet.
            // What is best for a child is opened with the compartment of the child.
            if (pattern.EndsWith("/child", StringComparison.Ordinal))
                return Holds("general") && Holds("child") ? 200 : 404;
            return !Holds("general") ? 404 : pattern.Contains("{entry:guid}", StringComparison.Ordinal) ? 409 : Sections.Any(section => pattern == Root + "/{id:guid}" + section) ? 200 : 0;
        }

        // Kept screenings are for those who screen and for supervisors.
        if (pattern.Contains("/screenings", StringComparison.Ordinal))
            return Holds("screen") || Holds("supervise") ? 200 : 404;
        if (pattern.EndsWith("/seen-by", StringComparison.Ordinal))
            return Holds("audit") || Holds("supervise") ? 200 : 403;
        // Looks for whom to add, which is for those who may.
        if (pattern.EndsWith("/find", StringComparison.Ordinal))
            return Holds("edit") ? 200 : 403;
        if (pattern.EndsWith("/data", StringComparison.Ordinal))
            return Holds("export") || Holds("erase") ? 200 : 403;
        if (pattern.EndsWith("/tracing", StringComparison.Ordinal))
            return Holds("tracing") ? 200 : 403;
        if (pattern.Contains("/questions/", StringComparison.Ordinal))
            return !Holds("edit") && !Holds("register") ? 403 : Holds("general") ? 200 : 404;
        // None of these was kept.
        if (pattern.EndsWith("/evidence/{evidence:guid}", StringComparison.Ordinal))
            return 404;
        return (pattern.EndsWith("/ended", StringComparison.Ordinal) || pattern.EndsWith("/evidence", StringComparison.Ordinal)) && !Holds("general") ? 404 : 200;
    }

    // What is one's own alone, or needs more than the route names; there is no lift here that somebody asked for, and the form was retired by then.
    private static bool IsElse(string pattern, string role) =>
        pattern.EndsWith("/lifts/{lift:guid}", StringComparison.Ordinal) || pattern.EndsWith("/questions/{form:guid}", StringComparison.Ordinal) || pattern.EndsWith("/emergencies/{id:guid}/end", StringComparison.Ordinal)
        || (pattern.EndsWith("/wipe", StringComparison.Ordinal) && role == "protection_specialist");

    /// <summary>Something of everything that a page can name, at one agency.</summary>
    private sealed record Parts(Guid Person, string PersonRef, Guid Case, string CaseRef, string Secret)
    {
        private readonly Dictionary<string, Guid> of = new(StringComparer.Ordinal);

        /// <param name="office">Where it is.</param>
        /// <param name="by">Who looks after it.</param>
        /// <param name="south">Who refers somebody to the north.</param>
        /// <param name="houses">To which houses.</param>
        /// <param name="isOwn">True for what is of the north.</param>
        public static async Task<Parts> MakeAsync(CasesOffice office, Officer by, Officer south, Houses houses, bool isOwn)
        {
            var secret = isOwn ? "Qumarilanorth" : "Qumarilasouth";
            async Task<(Told Person, Told Case)> SomebodyAsync(Officer officer, string name)
            {
                var person = await officer.RegisterAsync(new { identity = new { names = new[] { new { full = name } }, birth = new { inYear = 1990 } }, general = new { notes = name } });
                return (person, await officer.OpenAsync(new { person = person.Id, note = name }));
            }

            async Task<Guid> DoneAsync(string path, object body, params (string, string)[] headers)
            {
                var told = await by.PostAsync(path, body, headers);
                Assert.True(told.Status == 201, $"{path}: {told.Text}");
                return told.Id;
            }

            var (person, one) = await SomebodyAsync(by, secret);
            var parts = new Parts(person.Id, person.Ref, one.Id, one.Ref, secret);
            var (file, path) = ($"/api/cases/persons/{person.Id:D}", $"/api/cases/{one.Id:D}");
            using (var picture = new ByteArrayContent(Attachments.MadeUpFiles.Png(40, 7)))
                Assert.Equal(200, (await by.SendAsync(HttpMethod.Put, file + "/photo", picture, ("If-Match", "\"v0\""))).Status);
            parts.of["screening"] = await DoneAsync(file + "/screenings", new { });
            parts.of["entry"] = await DoneAsync(path + "/files", new { name = "photo", length = 10, sha256 = new string('0', 64) }, ("If-Match", "\"v1\""));
            parts.of["form"] = parts.of["forms"] = isOwn ? houses.Form.Own : houses.Form.Foreign;
            // To the north from the south, to a third from the north: what is written there is not what arrives there.
            parts.of["referrals"] = await Houses.ReferAsync(by, person.Id, one.Id, isOwn ? houses.East : houses.North, isOffered: false);
            parts.of["notices"] = await Houses.TellAsync(office, parts.of["referrals"]);
            parts.of["consent"] = (await office.ReadAsync<Guid>("select id from cases_consents where person_id = @Id", new { person.Id })).Single();
            Assert.Equal(200, (await by.PostAsync($"{file}/consents/{parts.of["consent"]:D}/withdraw", new { })).Status);
            var (far, theirs) = await SomebodyAsync(south, secret);
            parts.of["far"] = far.Id;
            parts.of["incoming"] = await Houses.ReferAsync(south, far.Id, theirs.Id, isOwn ? houses.North : houses.East, isOffered: true);
            parts.of["incoming/notices"] = await Houses.TellAsync(office, parts.of["incoming"]);
            parts.of["households"] = await DoneAsync("/api/cases/households", new { members = new[] { person.Id } });
            parts.of["emergencies"] = await DoneAsync("/api/cases/glass", new { person = person.Id, purpose = "medical", reason = "Nobody of the night shift can be reached" });
            var twin = await by.RegisterAsync(new { });
            parts.of["merges"] = await DoneAsync("/api/cases/merges", new { survivor = person.Id, absorbed = twin.Id, note = secret });
            parts.of["devices"] = await DoneAsync("/api/cases/devices", new { name = secret, proof = new string('a', 43) });
            // What a phone and a colleague have said of the same.
            parts.of["conflicts"] = Guid.CreateVersion7(office.Time.GetUtcNow());
            Assert.Equal(200, (await by.PutAsync(file, new { general = new { notes = secret + " by the office" } }, "\"v1\"")).Status);
            var sent = await by.PostAsync($"/api/cases/devices/{parts.of["devices"]:D}/changes", new
            {
                changes = new[] { new { id = parts.of["conflicts"], kind = "person", record = person.Id, was = new { general = new { notes = secret } }, now = new { general = new { notes = secret + " by the phone" } } } },
            });
            Assert.Equal("conflict", sent.Json.GetProperty("answers")[0].GetProperty("answer").GetString());
            return parts;
        }

        /// <summary>Whoever it is about shuts somebody out, and so does who is referred to the north.</summary>
        public async Task ShutOutAsync(Officer by, Officer south, Guid whom)
        {
            await ShutOutTests.ShutOutAsync(by, Person, whom);
            await ShutOutTests.ShutOutAsync(south, of["far"], whom);
        }

        public async Task<Told> AskAsync(Officer officer, Door door)
        {
            var words = door.Pattern[Root.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
            var kind = words[0] == "incoming" && words[1] == "notices" ? "incoming/notices" : words[0] == "referrals" && words[1] == "notices" ? "notices" : words[0];
            var id = kind == "persons" ? Person : kind.StartsWith('{') ? Case : of[kind];
            string Said(string word) => !word.StartsWith('{') ? word : word.Trim('{', '}').Split(':')[0] switch
            {
                "id" => id.ToString("D"),
                "lift" or "evidence" => "00000000-0000-4000-8000-000000000000",
                "act" => kind == "incoming" ? "decline" : "withdraw",
                "how" => "revoke",
                "state" => "told",
                var name => of[name].ToString("D"),
            };
            var address = $"{Root}/{string.Join('/', words.Select(Said))}";
            if (door.Method == "GET")
                return await officer.GetAsync(address);
            var version = kind == "incoming" ? "2" : "1";
            using var form = new FormUrlEncodedContent([new("version", version), .. Answers.Select(answer => KeyValuePair.Create(answer.Item1, answer.Item2))]);
            return await officer.SendAsync(HttpMethod.Post, address, form);
        }
    }
}
