using System.Globalization;

namespace Tambo.Cases.Questions;

/// <summary>
/// A condition of a form, out of the few that are understood: ${question} or . compared with a text or a number, selected(),
/// and, or, not() and parentheses. Everything else is refused when the form is read, so that none is ever misunderstood.
/// </summary>
internal sealed class FormExpression
{
    private const int Longest = 1000;
    private const int Deepest = 32;

    private readonly Node root;

    private FormExpression(Node root, IReadOnlyList<string> questions, bool readsOwn) => (this.root, Questions, ReadsOwn) = (root, questions, readsOwn);

    /// <summary>The questions that it reads.</summary>
    public IReadOnlyList<string> Questions { get; }

    /// <summary>True when it reads the answer it belongs to.</summary>
    public bool ReadsOwn { get; }

    private delegate bool Node(Func<string, IReadOnlyList<string>> answers, IReadOnlyList<string> own);

    private delegate IReadOnlyList<string> Value(Func<string, IReadOnlyList<string>> answers, IReadOnlyList<string> own);

    /// <summary>The condition of a text; null when it is none that is understood.</summary>
    public static FormExpression? Read(string text)
    {
        if (text.Length > Longest)
            return null;
        var reader = new Reader(text);
        return reader.Whole() is { } root ? new FormExpression(root, [.. reader.Questions.Distinct(StringComparer.Ordinal)], reader.ReadsOwn) : null;
    }

    /// <summary>Whether it holds.</summary>
    /// <param name="answers">The answers of a question; none when it was not answered.</param>
    /// <param name="own">The answers it belongs to.</param>
    public bool Holds(Func<string, IReadOnlyList<string>> answers, IReadOnlyList<string> own) => root(answers, own);

    private static bool Compare(IReadOnlyList<string> left, string sign, IReadOnlyList<string> right)
    {
        var (one, other) = (string.Join(' ', left), string.Join(' ', right));
        int order;
        if (Number(one) is { } first && Number(other) is { } second)
            order = first.CompareTo(second);
        else if (sign is "=" or "!=")
            order = string.CompareOrdinal(one, other);
        else if (Day(one) is { } before && Day(other) is { } after)
            order = before.CompareTo(after);
        else
            // What has no order is neither less nor greater: of a question that was not answered nothing holds.
            return false;
        return sign switch { "=" => order == 0, "!=" => order != 0, "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };
    }

    private static decimal? Number(string text) => decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static DateOnly? Day(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private sealed class Reader(string text)
    {
        private int at;
        private int depth;

        public List<string> Questions { get; } = [];

        public bool ReadsOwn { get; private set; }

        public Node? Whole() => Either() is { } root && Skip() == text.Length ? root : null;

        private Node? Either() => Joined("or", Both, static (left, right) => (answers, own) => left(answers, own) || right(answers, own));

        private Node? Both() => Joined("and", One, static (left, right) => (answers, own) => left(answers, own) && right(answers, own));

        private Node? Joined(string word, Func<Node?> part, Func<Node, Node, Node> join)
        {
            var left = part();
            while (left is not null && Takes(word))
                left = part() is { } right ? join(left, right) : null;
            return left;
        }

        private Node? One()
        {
            if (++depth > Deepest)
                return null;
            var node = Alone();
            depth--;
            return node;
        }

        private Node? Alone()
        {
            if (Takes("not") && Takes("("))
                return Either() is { } inner && Takes(")") ? (answers, own) => !inner(answers, own) : null;
            if (Takes("("))
                return Either() is { } inner && Takes(")") ? inner : null;
            if (Takes("selected"))
            {
                return Takes("(") && Subject() is { } of && Takes(",") && Literal() is { } wanted && Takes(")")
                    ? (answers, own) => of(answers, own).Contains(wanted, StringComparer.Ordinal)
                    : null;
            }

            if (Operand() is not { } left || Sign() is not { } sign || Operand() is not { } right)
                return null;
            return (answers, own) => Compare(left(answers, own), sign, right(answers, own));
        }

        private Value? Operand()
        {
            if (Subject() is { } subject)
                return subject;
            return (Literal() ?? NumberText()) is { } said ? (_, _) => [said] : null;
        }

        private Value? Subject()
        {
            if (Takes("${"))
            {
                var end = text.IndexOf('}', at);
                if (end < 0)
                    return null;
                var name = text[at..end].Trim();
                at = end + 1;
                Questions.Add(name);
                return (answers, _) => answers(name);
            }

            if (Skip() >= text.Length || text[at] != '.' || (at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
                return null;
            at++;
            ReadsOwn = true;
            return (_, own) => own;
        }

        private string? Literal()
        {
            if (Skip() >= text.Length || text[at] is not ('\'' or '"'))
                return null;
            var end = text.IndexOf(text[at], at + 1);
            if (end < 0)
                return null;
            var said = text[(at + 1)..end];
            at = end + 1;
            return said;
        }

        private string? NumberText()
        {
            var from = Skip();
            if (at < text.Length && text[at] == '-')
                at++;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
                at++;
            if (Number(text[from..at]) is not null)
                return text[from..at];
            at = from;
            return null;
        }

        private string? Sign() => new[] { "!=", "<=", ">=", "=", "<", ">" }.FirstOrDefault(Takes);

        // A word ends where no letter follows: "order" is no "or".
        private bool Takes(string word)
        {
            var from = Skip();
            if (string.CompareOrdinal(text, from, word, 0, word.Length) != 0)
                return false;
            var end = from + word.Length;
            if (char.IsLetter(word[0]) && end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '-'))
                return false;
            at = end;
            return true;
        }

        private int Skip()
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            return at;
        }
    }
}
