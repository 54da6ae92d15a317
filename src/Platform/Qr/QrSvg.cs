using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Tambo.Platform.Qr;

/// <summary>Draws a QR code as SVG: dark on light whatever the page's colours, with the quiet zone scanners need.</summary>
public static class QrSvg
{
    /// <summary>Light modules around the symbol (clause 9.1).</summary>
    private const int Quiet = 4;

    /// <summary>The drawing; it scales with its container.</summary>
    /// <param name="code">The code.</param>
    /// <param name="label">What it is, for readers who do not see it.</param>
    public static string Draw(QrCode code, string label)
    {
        var side = (code.Size + (2 * Quiet)).ToString(CultureInfo.InvariantCulture);
        var path = new StringBuilder();
        for (var row = 0; row < code.Size; row++)
        {
            for (var column = 0; column < code.Size; column++)
            {
                if (!code[row, column])
                    continue;
                var start = column;
                while (column + 1 < code.Size && code[row, column + 1])
                    column++;
                path.Append(CultureInfo.InvariantCulture, $"M{start + Quiet} {row + Quiet}h{column - start + 1}v1h-{column - start + 1}z");
            }
        }

        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"240\" height=\"240\" role=\"img\" "
            + $"aria-label=\"{HtmlEncoder.Default.Encode(label)}\" shape-rendering=\"crispEdges\">"
            + $"<path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/><path fill=\"#000\" d=\"{path}\"/></svg>";
    }
}
