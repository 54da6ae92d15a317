using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Tambo.Tests.Support;

/// <summary>Which of axe's rules a page is looked over by.</summary>
internal enum AxeRules
{
    /// <summary>All, good practice included.</summary>
    All,

    /// <summary>Those of WCAG 2.2 AA.</summary>
    Wcag,

    /// <summary>Those about colours, which are all that the dark changes.</summary>
    Colours,
}

/// <summary>
/// Looks a page over with axe. The script is put into the page once and asked as often as wanted: its usual wrapping opens a
/// further page for every question, which takes most of the time.
/// </summary>
internal static class Axe
{
    // What axe finds right is not worked out.
    private const string Ask =
        """
        async rules => {
          const only = rules === 'Colours' ? { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }
            : rules === 'Wcag' ? { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] } : undefined;
          const found = await window.axe.run(document, { ...(only && { runOnly: only }), resultTypes: ['violations'] });
          return found.violations.map(one => `${one.id}: ${one.help} | ${one.nodes.map(node => node.html).join(' | ')}`);
        }
        """;

    private static readonly Lazy<string> Script = new(() =>
    {
        using var script = new StreamReader(typeof(AxeRunOptions).Assembly.GetManifestResourceStream("Deque.AxeCore.Commons.Resources.axe.min.js")!);
        return script.ReadToEnd();
    });

    /// <summary>What the page breaks.</summary>
    public static async Task<string[]> BreachesAsync(IPage page, AxeRules rules = AxeRules.All)
    {
        if (!await page.EvaluateAsync<bool>("!!window.axe"))
            await page.EvaluateAsync(Script.Value);
        return await page.EvaluateAsync<string[]>(Ask, rules.ToString());
    }
}
