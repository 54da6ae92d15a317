using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Http;
using Tambo.Tests.Support;

namespace Tambo.Tests.Security;

/// <summary>The doors of persons and cases.</summary>
internal static partial class Doors
{
    private static IEnumerable<Door> Cases()
    {
        yield return new Door("POST", "/api/cases", "cases.register", "/api/cases", 400);
        yield return new Door("GET", "/api/cases/worklist", "cases.read", "/api/cases/worklist", 200);
        yield return new Door("GET", "/api/cases/{id:guid}", "cases.read", $"/api/cases/{Nobody}", 404);
        yield return new Door("PUT", "/api/cases/{id:guid}", "cases.read", $"/api/cases/{Nobody}", 400);
        yield return new Door("POST", "/api/cases/{id:guid}/state", "cases.read", $"/api/cases/{Nobody}/state", 400);
        yield return new Door("POST", "/api/cases/{id:guid}/close", "cases.read", $"/api/cases/{Nobody}/close", 400);
        yield return new Door("POST", "/api/cases/{id:guid}/reopen", "cases.read", $"/api/cases/{Nobody}/reopen", 400);
        yield return new Door("POST", "/api/cases/{id:guid}/assign", "cases.read", $"/api/cases/{Nobody}/assign", 400);
        yield return new Door("POST", "/api/cases/{id:guid}/links", "cases.read", $"/api/cases/{Nobody}/links", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/referrals", "cases.refer", $"/api/cases/{Nobody}/referrals", 404);
        yield return new Door("POST", "/api/cases/{id:guid}/referrals", "cases.refer", $"/api/cases/{Nobody}/referrals", 400);
        yield return new Door("GET", "/api/cases/referrals/{id:guid}", "cases.refer", $"/api/cases/referrals/{Nobody}", 404);
        yield return new Door("GET", "/api/cases/referrals/{id:guid}/preview", "cases.refer", $"/api/cases/referrals/{Nobody}/preview", 404);
        yield return new Door("POST", "/api/cases/referrals/{id:guid}/offer", "cases.refer", $"/api/cases/referrals/{Nobody}/offer", 400);
        yield return new Door("POST", "/api/cases/referrals/{id:guid}/steps", "cases.refer", $"/api/cases/referrals/{Nobody}/steps", 400);
        yield return new Door("POST", "/api/cases/referrals/{id:guid}/reoffer", "cases.refer", $"/api/cases/referrals/{Nobody}/reoffer", 400);
        yield return new Door("POST", "/api/cases/referrals/{id:guid}/links", "cases.refer", $"/api/cases/referrals/{Nobody}/links", 400);
        yield return new Door("POST", "/api/cases/referrals/{id:guid}/links/revoke", "cases.refer", $"/api/cases/referrals/{Nobody}/links/revoke", 400);
        yield return new Door("POST", "/api/cases/referrals/{id:guid}/hand-over", "cases.refer", $"/api/cases/referrals/{Nobody}/hand-over", 400);
        yield return new Door("POST", "/api/cases/referrals/{id:guid}/answer", "cases.refer", $"/api/cases/referrals/{Nobody}/answer", 400);
        yield return new Door("POST", "/api/cases/referrals/{id:guid}/receive", "cases.refer", $"/api/cases/referrals/{Nobody}/receive", 400);
        yield return new Door("GET", "/api/cases/referrals/overdue", "cases.refer", "/api/cases/referrals/overdue", 200);
        yield return new Door("GET", "/api/cases/referrals/incoming", "cases.refer", "/api/cases/referrals/incoming", 200);
        yield return new Door("POST", "/api/cases/referrals/notices/{id:guid}/acknowledge", "cases.refer", $"/api/cases/referrals/notices/{Nobody}/acknowledge", 400) { PassedByToken = 404 };
        yield return new Door("GET", "/staff/cases/incoming", "cases.refer", "/staff/cases/incoming", 200);
        yield return new Door("GET", "/staff/cases/incoming/{id:guid}", "cases.refer", $"/staff/cases/incoming/{Nobody}", 404);
        yield return new Door("POST", "/staff/cases/incoming/{id:guid}/answer/{act}", "cases.refer", $"/staff/cases/incoming/{Nobody}/answer/accept", 400);
        yield return new Door("POST", "/staff/cases/incoming/{id:guid}/fields", "cases.refer", $"/staff/cases/incoming/{Nobody}/fields", 400);
        yield return new Door("POST", "/staff/cases/incoming/notices/{id:guid}", "cases.refer", $"/staff/cases/incoming/notices/{Nobody}", 400);
        yield return new Door("GET", "/staff/cases/referrals/{id:guid}", "cases.refer", $"/staff/cases/referrals/{Nobody}", 404);
        yield return new Door("POST", "/staff/cases/referrals/{id:guid}/step/{act}", "cases.refer", $"/staff/cases/referrals/{Nobody}/step/offer", 400);
        yield return new Door("POST", "/staff/cases/referrals/{id:guid}/link/{how}", "cases.refer", $"/staff/cases/referrals/{Nobody}/link/mail", 400);
        yield return new Door("POST", "/staff/cases/referrals/notices/{id:guid}/{state}", "cases.refer", $"/staff/cases/referrals/notices/{Nobody}/told", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}/refer", "cases.refer", $"/staff/cases/{Nobody}/refer", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/refer/draft", "cases.refer", $"/staff/cases/{Nobody}/refer/draft", 400);
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/consent/{consent:guid}/ended", "cases.read", $"/staff/cases/persons/{Nobody}/consent/{Nobody}/ended", 404);
        yield return new Door("GET", "/staff/cases/referrals", "cases.refer", "/staff/cases/referrals", 200);
        yield return new Door("GET", "/staff/cases/{id:guid}/referrals", "cases.refer", $"/staff/cases/{Nobody}/referrals", 404);
        yield return new Door("GET", "/staff/cases/referrals/{id:guid}/slip", "cases.refer", $"/staff/cases/referrals/{Nobody}/slip", 404);
        yield return new Door("GET", "/api/cases/persons", "cases.read", "/api/cases/persons", 200);
        yield return new Door("POST", "/api/cases/persons", "cases.register", "/api/cases/persons", 400);
        yield return new Door("POST", "/api/cases/persons/search", "cases.read", "/api/cases/persons/search", 400);
        yield return new Door("GET", "/api/cases/persons/{id:guid}", "cases.read", $"/api/cases/persons/{Nobody}", 404);
        yield return new Door("PUT", "/api/cases/persons/{id:guid}", "cases.read", $"/api/cases/persons/{Nobody}", 400);
        yield return new Door("GET", "/api/cases/persons/{id:guid}/seen-by", "cases.read", $"/api/cases/persons/{Nobody}/seen-by", 404);
        yield return new Door("POST", "/api/cases/households", "cases.register", "/api/cases/households", 400);
        yield return new Door("GET", "/api/cases/households/{id:guid}", "cases.read", $"/api/cases/households/{Nobody}", 404);
        yield return new Door("POST", "/api/cases/households/{id:guid}/members", "cases.read", $"/api/cases/households/{Nobody}/members", 400);
        yield return new Door("POST", "/api/cases/persons/{id:guid}/erase", "cases.erase", $"/api/cases/persons/{Nobody}/erase", 400);
        yield return new Door("POST", "/api/cases/persons/{id:guid}/export", "cases.export", $"/api/cases/persons/{Nobody}/export", 404);
        yield return new Door("GET", "/api/cases/erasures", "cases.erase", "/api/cases/erasures", 200);
        yield return new Door("GET", "/api/cases/persons/{id:guid}/consents", "cases.read", $"/api/cases/persons/{Nobody}/consents", 404);
        yield return new Door("POST", "/api/cases/persons/{id:guid}/consents", "cases.register", $"/api/cases/persons/{Nobody}/consents", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/persons/{id:guid}/consents/{consent:guid}/withdraw", "cases.read", $"/api/cases/persons/{Nobody}/consents/{Nobody}/withdraw", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/glass", "cases.break_glass", "/api/cases/glass", 400) { PassedByToken = 415 };
        yield return new Door("POST", "/api/cases/glass/{id:guid}/end", "cases.break_glass", $"/api/cases/glass/{Nobody}/end", 400) { PassedByToken = 404 };
        yield return new Door("GET", "/api/cases/glass", "cases.review_glass", "/api/cases/glass", 200);
        yield return new Door("GET", "/api/cases/glass/{id:guid}", "cases.review_glass", $"/api/cases/glass/{Nobody}", 404);
        yield return new Door("POST", "/api/cases/glass/{id:guid}/review", "cases.review_glass", $"/api/cases/glass/{Nobody}/review", 400) { PassedByToken = 404 };
        yield return new Door("GET", "/staff/cases/emergencies/new", "cases.break_glass", "/staff/cases/emergencies/new", 200);
        yield return new Door("POST", "/staff/cases/emergencies/new", "cases.break_glass", "/staff/cases/emergencies/new", 400);
        yield return new Door("POST", "/staff/cases/emergencies/{id:guid}/end", "cases.break_glass", $"/staff/cases/emergencies/{Nobody}/end", 400);
        yield return new Door("GET", "/staff/cases/emergencies", "cases.review_glass", "/staff/cases/emergencies", 200);
        yield return new Door("GET", "/staff/cases/emergencies/{id:guid}", "cases.review_glass", $"/staff/cases/emergencies/{Nobody}", 404);
        yield return new Door("POST", "/staff/cases/emergencies/{id:guid}/review", "cases.review_glass", $"/staff/cases/emergencies/{Nobody}/review", 400);
        yield return new Door("GET", "/api/cases/merges", "cases.merge", "/api/cases/merges", 200);
        yield return new Door("GET", "/api/cases/merges/compare", "cases.merge", $"/api/cases/merges/compare?survivor={Nobody}&absorbed={Nobody}", 422);
        yield return new Door("POST", "/api/cases/merges", "cases.merge", "/api/cases/merges", 400);
        yield return new Door("GET", "/api/cases/merges/{id:guid}", "cases.merge", $"/api/cases/merges/{Nobody}", 404);
        yield return new Door("POST", "/api/cases/merges/{id:guid}/decide", "cases.merge", $"/api/cases/merges/{Nobody}/decide", 400);
        yield return new Door("POST", "/api/cases/merges/{id:guid}/undo", "cases.merge", $"/api/cases/merges/{Nobody}/undo", 400);
        yield return new Door("POST", "/api/cases/merges/{id:guid}/undo/decide", "cases.merge", $"/api/cases/merges/{Nobody}/undo/decide", 400);
        yield return new Door("GET", "/staff/cases/merges", "cases.merge", "/staff/cases/merges", 200);
        yield return new Door("POST", "/staff/cases/merges/find", "cases.merge", "/staff/cases/merges/find", 400);
        yield return new Door("GET", "/staff/cases/merges/new", "cases.merge", $"/staff/cases/merges/new?survivor={Nobody}&absorbed={Nobody}", 422);
        yield return new Door("POST", "/staff/cases/merges/propose", "cases.merge", "/staff/cases/merges/propose", 400);
        yield return new Door("GET", "/staff/cases/merges/{id:guid}", "cases.merge", $"/staff/cases/merges/{Nobody}", 404);
        yield return new Door("POST", "/staff/cases/merges/{id:guid}/step", "cases.merge", $"/staff/cases/merges/{Nobody}/step", 400);
        yield return new Door("POST", "/api/cases/persons/{id:guid}/screenings/{screening:guid}/decisions", "cases.read", $"/api/cases/persons/{Nobody}/screenings/{Nobody}/decisions", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/persons/{id:guid}/screenings/{screening:guid}/lifts", "cases.lift_locks", $"/api/cases/persons/{Nobody}/screenings/{Nobody}/lifts", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/persons/{id:guid}/screenings/{screening:guid}/lifts/{lift:guid}/decide", "cases.lift_locks", $"/api/cases/persons/{Nobody}/screenings/{Nobody}/lifts/{Nobody}/decide", 400) { PassedByToken = 404 };
        yield return new Door("GET", "/api/cases/persons/{id:guid}/screenings/{screening:guid}/replay", "cases.read", $"/api/cases/persons/{Nobody}/screenings/{Nobody}/replay", 404);
        yield return new Door("POST", "/api/cases/persons/{id:guid}/screenings/{screening:guid}/replay/try", "cases.read", $"/api/cases/persons/{Nobody}/screenings/{Nobody}/replay/try", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/persons/{id:guid}/screenings/{screening:guid}/replay", "cases.read", $"/api/cases/persons/{Nobody}/screenings/{Nobody}/replay", 400) { PassedByToken = 404 };
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/screenings", "cases.read", $"/staff/cases/persons/{Nobody}/screenings", 404);
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/screenings/{screening:guid}", "cases.read", $"/staff/cases/persons/{Nobody}/screenings/{Nobody}", 404);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/screenings/{screening:guid}/decisions", "cases.read", $"/staff/cases/persons/{Nobody}/screenings/{Nobody}/decisions", 400);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/screenings/{screening:guid}/lifts", "cases.lift_locks", $"/staff/cases/persons/{Nobody}/screenings/{Nobody}/lifts", 400);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/screenings/{screening:guid}/lifts/{lift:guid}", "cases.lift_locks", $"/staff/cases/persons/{Nobody}/screenings/{Nobody}/lifts/{Nobody}", 400);
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/screenings/{screening:guid}/replay", "cases.read", $"/staff/cases/persons/{Nobody}/screenings/{Nobody}/replay", 404);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/screenings/{screening:guid}/replay", "cases.read", $"/staff/cases/persons/{Nobody}/screenings/{Nobody}/replay", 400);
        yield return new Door("GET", "/api/cases/screening/instruments", "cases.screen", "/api/cases/screening/instruments", 200);
        yield return new Door("GET", "/api/cases/persons/{id:guid}/screenings", "cases.read", $"/api/cases/persons/{Nobody}/screenings", 404);
        yield return new Door("POST", "/api/cases/persons/{id:guid}/screenings", "cases.screen", $"/api/cases/persons/{Nobody}/screenings", 400) { PassedByToken = 404 };
        yield return new Door("GET", "/api/cases/persons/{id:guid}/screenings/{screening:guid}", "cases.read", $"/api/cases/persons/{Nobody}/screenings/{Nobody}", 404);
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/consent", "cases.register", $"/staff/cases/persons/{Nobody}/consent", 404);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/consent/record", "cases.register", $"/staff/cases/persons/{Nobody}/consent/record", 400);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/consent/{consent:guid}/withdraw", "cases.read", $"/staff/cases/persons/{Nobody}/consent/{Nobody}/withdraw", 400);
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/never", "cases.read", $"/staff/cases/persons/{Nobody}/never", 404);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/never/ask", "cases.read", $"/staff/cases/persons/{Nobody}/never/ask", 400);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/never/confirm", "cases.read", $"/staff/cases/persons/{Nobody}/never/confirm", 400);
        yield return new Door("GET", "/api/cases/persons/{id:guid}/exclusions", "cases.read", $"/api/cases/persons/{Nobody}/exclusions", 404);
        yield return new Door("POST", "/api/cases/persons/{id:guid}/exclusions/asked", "cases.read", $"/api/cases/persons/{Nobody}/exclusions/asked", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/persons/{id:guid}/exclusions/asked/{asked:guid}/confirm", "cases.read", $"/api/cases/persons/{Nobody}/exclusions/asked/{Nobody}/confirm", 400) { PassedByToken = 404 };
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/screen", "cases.screen", $"/staff/cases/persons/{Nobody}/screen", 404);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/screen/next", "cases.screen", $"/staff/cases/persons/{Nobody}/screen/next", 400);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/screen", "cases.screen", $"/staff/cases/persons/{Nobody}/screen", 400);
        yield return new Door("GET", "/api/cases/persons/{id:guid}/tracing", "cases.read", $"/api/cases/persons/{Nobody}/tracing", 404);
        yield return new Door("PUT", "/api/cases/persons/{id:guid}/tracing", "cases.read", $"/api/cases/persons/{Nobody}/tracing", 400);
        yield return new Door("POST", "/api/cases/tracing/export", "cases.trace", "/api/cases/tracing/export", 400) { PassedByToken = 415 };
        yield return new Door("POST", "/api/cases/tracing/import", "cases.see.tracing", "/api/cases/tracing/import", 400) { PassedByToken = 415 };
        yield return new Door("GET", "/api/cases/tracing/sought", "cases.see.tracing", "/api/cases/tracing/sought", 200);
        yield return new Door("GET", "/api/cases/tracing/sought/{id:guid}", "cases.see.tracing", $"/api/cases/tracing/sought/{Nobody}", 404);
        yield return new Door("POST", "/api/cases/statistics/export", "cases.deidentify", "/api/cases/statistics/export", 400) { PassedByToken = 415 };
        yield return new Door("GET", "/api/cases/statistics/description", "cases.deidentify", "/api/cases/statistics/description", 200);
        yield return new Door("POST", "/api/cases/htcds/export", "cases.htcds", "/api/cases/htcds/export", 400) { PassedByToken = 415 };
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/tracing", "cases.read", $"/staff/cases/persons/{Nobody}/tracing", 404);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/tracing/choose", "cases.read", $"/staff/cases/persons/{Nobody}/tracing/choose", 400);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/tracing/stop", "cases.read", $"/staff/cases/persons/{Nobody}/tracing/stop", 400);
        yield return new Door("GET", "/api/cases/forms", "cases.read", "/api/cases/forms", 200);
        yield return new Door("POST", "/api/cases/forms", "cases.forms", "/api/cases/forms", 400) { PassedByToken = 422 };
        yield return new Door("POST", "/api/cases/forms/{id:guid}/retire", "cases.forms", $"/api/cases/forms/{Nobody}/retire", 400);
        yield return new Door("GET", "/api/cases/persons/{id:guid}/answers", "cases.read", $"/api/cases/persons/{Nobody}/answers", 404);
        yield return new Door("PUT", "/api/cases/persons/{id:guid}/answers/{form:guid}", "cases.read", $"/api/cases/persons/{Nobody}/answers/{Nobody}", 400);
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/questions/{form:guid}", "cases.read", $"/staff/cases/persons/{Nobody}/questions/{Nobody}", 404);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/questions/{form:guid}", "cases.read", $"/staff/cases/persons/{Nobody}/questions/{Nobody}", 400);
        yield return new Door("GET", "/staff/cases/forms", "cases.forms", "/staff/cases/forms", 200);
        yield return new Door("POST", "/staff/cases/forms", "cases.forms", "/staff/cases/forms", 400);
        yield return new Door("POST", "/staff/cases/forms/{id:guid}/retire", "cases.forms", $"/staff/cases/forms/{Nobody}/retire", 400);
    }

    private static IEnumerable<Door> CasesDesk()
    {
        yield return new Door("GET", "/staff/cases", "cases.read", "/staff/cases", 200);
        yield return new Door("POST", "/staff/cases/persons/search", "cases.read", "/staff/cases/persons/search", 400);
        yield return new Door("GET", "/staff/cases/persons/new", "cases.register", "/staff/cases/persons/new", 200);
        yield return new Door("POST", "/staff/cases/persons/new", "cases.register", "/staff/cases/persons/new", 400);
        yield return new Door("GET", "/staff/cases/persons/{id:guid}", "cases.read", $"/staff/cases/persons/{Nobody}", 404);
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/seen-by", "cases.read", $"/staff/cases/persons/{Nobody}/seen-by", 404);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/cases", "cases.register", $"/staff/cases/persons/{Nobody}/cases", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}", "cases.read", $"/staff/cases/{Nobody}", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/state", "cases.read", $"/staff/cases/{Nobody}/state", 400);
        yield return new Door("POST", "/staff/cases/{id:guid}/close", "cases.read", $"/staff/cases/{Nobody}/close", 400);
        yield return new Door("POST", "/staff/cases/{id:guid}/reopen", "cases.read", $"/staff/cases/{Nobody}/reopen", 400);
    }

    private static IEnumerable<Door> CasesPlan()
    {
        yield return new Door("GET", "/staff/cases/{id:guid}/plan", "cases.read", $"/staff/cases/{Nobody}/plan", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/plan", "cases.read", $"/staff/cases/{Nobody}/plan", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}/tasks", "cases.read", $"/staff/cases/{Nobody}/tasks", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/tasks", "cases.read", $"/staff/cases/{Nobody}/tasks", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}/conferences", "cases.read", $"/staff/cases/{Nobody}/conferences", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/conferences", "cases.read", $"/staff/cases/{Nobody}/conferences", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}/notes", "cases.read", $"/staff/cases/{Nobody}/notes", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/notes", "cases.read", $"/staff/cases/{Nobody}/notes", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}/files", "cases.read", $"/staff/cases/{Nobody}/files", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/files", "cases.read", $"/staff/cases/{Nobody}/files", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}/detention", "cases.read", $"/staff/cases/{Nobody}/detention", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/detention", "cases.read", $"/staff/cases/{Nobody}/detention", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}/family", "cases.read", $"/staff/cases/{Nobody}/family", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/family", "cases.read", $"/staff/cases/{Nobody}/family", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}/safety", "cases.see.safety", $"/staff/cases/{Nobody}/safety", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/safety", "cases.see.safety", $"/staff/cases/{Nobody}/safety", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}/files/{entry:guid}", "cases.read", $"/staff/cases/{Nobody}/files/{Nobody}", 404);
        yield return new Door("GET", "/staff/cases/{id:guid}/timeline", "cases.read", $"/staff/cases/{Nobody}/timeline", 404);
        yield return new Door("GET", "/staff/cases/board", "cases.supervise", "/staff/cases/board", 200);
        yield return new Door("GET", "/staff/cases/reviews", "cases.approve", "/staff/cases/reviews", 200);
        yield return new Door("GET", "/staff/cases/statistics", "cases.statistics", "/staff/cases/statistics", 200);
        yield return new Door("GET", "/api/cases/{id:guid}/plan", "cases.read", $"/api/cases/{Nobody}/plan", 404);
        yield return new Door("PUT", "/api/cases/{id:guid}/plan", "cases.read", $"/api/cases/{Nobody}/plan", 400);
        yield return new Door("POST", "/api/cases/{id:guid}/plan/submit", "cases.read", $"/api/cases/{Nobody}/plan/submit", 400);
        yield return new Door("POST", "/api/cases/{id:guid}/plan/decide", "cases.approve", $"/api/cases/{Nobody}/plan/decide", 400);
        yield return new Door("GET", "/api/cases/tasks", "cases.read", "/api/cases/tasks", 200);
        yield return new Door("GET", "/api/cases/{id:guid}/tasks", "cases.read", $"/api/cases/{Nobody}/tasks", 404);
        yield return new Door("POST", "/api/cases/{id:guid}/tasks", "cases.read", $"/api/cases/{Nobody}/tasks", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/conferences", "cases.read", $"/api/cases/{Nobody}/conferences", 404);
        yield return new Door("POST", "/api/cases/{id:guid}/conferences", "cases.read", $"/api/cases/{Nobody}/conferences", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/notes", "cases.read", $"/api/cases/{Nobody}/notes", 404);
        yield return new Door("POST", "/api/cases/{id:guid}/notes", "cases.read", $"/api/cases/{Nobody}/notes", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/files", "cases.read", $"/api/cases/{Nobody}/files", 404);
        yield return new Door("POST", "/api/cases/{id:guid}/files", "cases.read", $"/api/cases/{Nobody}/files", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/detentions", "cases.read", $"/api/cases/{Nobody}/detentions", 404);
        yield return new Door("POST", "/api/cases/{id:guid}/detentions", "cases.read", $"/api/cases/{Nobody}/detentions", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/splits", "cases.read", $"/api/cases/{Nobody}/splits", 404);
        yield return new Door("POST", "/api/cases/{id:guid}/splits", "cases.read", $"/api/cases/{Nobody}/splits", 400);
        yield return new Door("POST", "/api/cases/{id:guid}/tasks/{entry:guid}", "cases.read", $"/api/cases/{Nobody}/tasks/{Nobody}", 400);
        yield return new Door("POST", "/api/cases/{id:guid}/notes/{entry:guid}/correct", "cases.read", $"/api/cases/{Nobody}/notes/{Nobody}/correct", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/safety-plan", "cases.see.safety", $"/api/cases/{Nobody}/safety-plan", 404);
        yield return new Door("PUT", "/api/cases/{id:guid}/safety-plan", "cases.see.safety", $"/api/cases/{Nobody}/safety-plan", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/files/{entry:guid}", "cases.read", $"/api/cases/{Nobody}/files/{Nobody}", 404);
        yield return new Door("GET", "/api/cases/{id:guid}/files/{entry:guid}/upload", "cases.read", $"/api/cases/{Nobody}/files/{Nobody}/upload", 404);
        yield return new Door("PATCH", "/api/cases/{id:guid}/files/{entry:guid}/upload", "cases.read", $"/api/cases/{Nobody}/files/{Nobody}/upload", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/{id:guid}/files/{entry:guid}/remove", "cases.read", $"/api/cases/{Nobody}/files/{Nobody}/remove", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/timeline", "cases.read", $"/api/cases/{Nobody}/timeline", 404);
        yield return new Door("POST", "/api/cases/{id:guid}/detentions/{entry:guid}/steps", "cases.read", $"/api/cases/{Nobody}/detentions/{Nobody}/steps", 400);
        yield return new Door("GET", "/api/cases/exclusions/asked", "cases.read", "/api/cases/exclusions/asked", 200);
        yield return new Door("GET", "/api/cases/splits", "cases.approve", "/api/cases/splits", 200);
        yield return new Door("POST", "/api/cases/{id:guid}/splits/{entry:guid}/decide", "cases.approve", $"/api/cases/{Nobody}/splits/{Nobody}/decide", 400);
        yield return new Door("GET", "/api/cases/board", "cases.supervise", "/api/cases/board", 200);
        yield return new Door("GET", "/api/cases/statistics", "cases.statistics", "/api/cases/statistics", 200);
        yield return new Door("GET", "/api/cases/statistics.csv", "cases.statistics", "/api/cases/statistics.csv", 200);
        yield return new Door("POST", "/api/cases/households/{id:guid}/members/{person:guid}/leave", "cases.read", $"/api/cases/households/{Nobody}/members/{Nobody}/leave", 400);
    }

    private static IEnumerable<Door> CasesFamily()
    {
        yield return new Door("POST", "/api/cases/{id:guid}/transfer", "cases.read", $"/api/cases/{Nobody}/transfer", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/transfers", "cases.read", $"/api/cases/{Nobody}/transfers", 404);
        yield return new Door("GET", "/api/cases/agencies", "users.manage", "/api/cases/agencies", 200);
        yield return new Door("PUT", "/api/cases/agencies/{id:guid}/kinds", "users.manage", $"/api/cases/agencies/{Nobody}/kinds", 400) { PassedByToken = 404 };
        yield return new Door("GET", "/staff/cases/agencies", "users.manage", "/staff/cases/agencies", 200);
        yield return new Door("POST", "/staff/cases/agencies", "users.manage", "/staff/cases/agencies", 400);
        yield return new Door("GET", "/api/cases/board/mail", "cases.supervise", "/api/cases/board/mail", 200);
        yield return new Door("PUT", "/api/cases/board/mail", "cases.supervise", "/api/cases/board/mail", 400) { PassedByToken = 415 };
        yield return new Door("GET", "/staff/cases/{id:guid}/transfer", "cases.read", $"/staff/cases/{Nobody}/transfer", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/transfer", "cases.read", $"/staff/cases/{Nobody}/transfer", 400);
        yield return new Door("GET", "/staff/cases/households/{id:guid}", "cases.read", $"/staff/cases/households/{Nobody}", 404);
        yield return new Door("POST", "/staff/cases/households/{id:guid}", "cases.read", $"/staff/cases/households/{Nobody}", 400);
        yield return new Door("PUT", "/api/cases/households/{id:guid}", "cases.read", $"/api/cases/households/{Nobody}", 400);
        yield return new Door("GET", "/staff/cases/households/{id:guid}/find", "cases.read", $"/staff/cases/households/{Nobody}/find", 404);
        yield return new Door("POST", "/staff/cases/households/{id:guid}/find", "cases.read", $"/staff/cases/households/{Nobody}/find", 400);
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/family", "cases.read", $"/staff/cases/persons/{Nobody}/family", 404);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/family", "cases.register", $"/staff/cases/persons/{Nobody}/family", 400);
        yield return new Door("GET", "/staff/cases/htcds", "cases.htcds", "/staff/cases/htcds", 200);
        yield return new Door("POST", "/staff/cases/htcds", "cases.htcds", "/staff/cases/htcds", 400);
        yield return new Door("POST", "/staff/cases/board/mail", "cases.supervise", "/staff/cases/board/mail", 400);
    }

    private static IEnumerable<Door> Devices()
    {
        yield return new Door("GET", "/api/cases/devices", "cases.read", "/api/cases/devices", 200);
        yield return new Door("GET", "/api/cases/devices/sender", "cases.edit", "/api/cases/devices/sender", 200);
        yield return new Door("POST", "/api/cases/devices", "cases.edit", "/api/cases/devices", 400);
        yield return new Door("POST", "/api/cases/devices/{id:guid}/open", "cases.edit", $"/api/cases/devices/{Nobody}/open", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/devices/{id:guid}/pin", "cases.edit", $"/api/cases/devices/{Nobody}/pin", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/devices/{id:guid}/cases", "cases.edit", $"/api/cases/devices/{Nobody}/cases", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/devices/{id:guid}/changes", "cases.edit", $"/api/cases/devices/{Nobody}/changes", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/devices/{id:guid}/wipe", "cases.read", $"/api/cases/devices/{Nobody}/wipe", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/devices/{id:guid}/standing", "open", $"/api/cases/devices/{Nobody}/standing", 415);
        yield return new Door("GET", "/api/cases/persons/{id:guid}/conflicts", "cases.read", $"/api/cases/persons/{Nobody}/conflicts", 404);
        yield return new Door("GET", "/staff/cases/offline", "cases.edit", "/staff/cases/offline", 200);
        yield return new Door("GET", "/staff/cases/offline/kept", "cases.edit", "/staff/cases/offline/kept", 200);
        yield return new Door("GET", "/staff/cases/devices", "cases.read", "/staff/cases/devices", 200);
        yield return new Door("POST", "/staff/cases/devices/{id:guid}/wipe", "cases.read", $"/staff/cases/devices/{Nobody}/wipe", 400);
    }
}
