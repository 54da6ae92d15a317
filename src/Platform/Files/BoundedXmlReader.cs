using System.Diagnostics.CodeAnalysis;
using System.Xml;

namespace Tambo.Platform.Files;

/// <summary>Passes an XML reader through while counting depth, elements and attributes.</summary>
internal sealed class BoundedXmlReader(XmlReader inner, XmlLimits limits) : XmlReader, IXmlLineInfo
{
    private int _elements;

    public int LineNumber => (inner as IXmlLineInfo)?.LineNumber ?? 0;

    public int LinePosition => (inner as IXmlLineInfo)?.LinePosition ?? 0;

    public override int AttributeCount => inner.AttributeCount;

    public override string BaseURI => "";

    public override int Depth => inner.Depth;

    public override bool EOF => inner.EOF;

    public override bool IsEmptyElement => inner.IsEmptyElement;

    public override string LocalName => inner.LocalName;

    public override string NamespaceURI => inner.NamespaceURI;

    public override XmlNameTable NameTable => inner.NameTable;

    public override XmlNodeType NodeType => inner.NodeType;

    public override string Prefix => inner.Prefix;

    public override ReadState ReadState => inner.ReadState;

    // A long text is parsed only when its value is asked for.
    public override string Value => Guarded(inner, static reader => reader.Value);

    public override string XmlLang => inner.XmlLang;

    public override XmlSpace XmlSpace => inner.XmlSpace;

    public override bool Read()
    {
        var more = Guarded(inner, static reader => reader.Read());
        if (more)
            Check();
        return more;
    }

    public bool HasLineInfo() => inner is IXmlLineInfo info && info.HasLineInfo();

    public override string GetAttribute(int i) => inner.GetAttribute(i);

    public override string? GetAttribute(string name) => inner.GetAttribute(name);

    public override string? GetAttribute(string name, string? namespaceURI) => inner.GetAttribute(name, namespaceURI);

    public override string? LookupNamespace(string prefix) => inner.LookupNamespace(prefix);

    public override bool MoveToAttribute(string name) => inner.MoveToAttribute(name);

    public override bool MoveToAttribute(string name, string? ns) => inner.MoveToAttribute(name, ns);

    public override bool MoveToElement() => inner.MoveToElement();

    public override bool MoveToFirstAttribute() => inner.MoveToFirstAttribute();

    public override bool MoveToNextAttribute() => inner.MoveToNextAttribute();

    public override bool ReadAttributeValue() => inner.ReadAttributeValue();

    [DoesNotReturn]
    public override void ResolveEntity() => throw FileRefusal.XmlDtd();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private static T Guarded<T>(XmlReader reader, Func<XmlReader, T> read)
    {
        try
        {
            return read(reader);
        }
        catch (XmlException broken)
        {
            throw SafeXml.Refusal(broken);
        }
        catch (Exception broken) when (broken is ArgumentException or NotSupportedException or IndexOutOfRangeException)
        {
            // What the decoders beneath throw for byte sequences that no encoding allows.
            throw FileRefusal.Encoding("?");
        }
    }

    private void Check()
    {
        if (inner.NodeType == XmlNodeType.XmlDeclaration)
        {
            var encoding = inner.GetAttribute("encoding");
            if (encoding is not null && !SafeXml.IsKnownEncoding(encoding))
                throw FileRefusal.Encoding(encoding);
        }
        if (inner.NodeType != XmlNodeType.Element)
            return;
        if (inner.Depth >= limits.Depth)
            throw FileRefusal.XmlDepth(limits.Depth, LineNumber);
        if (++_elements > limits.Elements)
            throw FileRefusal.XmlElements(limits.Elements);
        if (inner.AttributeCount > limits.Attributes)
            throw FileRefusal.XmlAttributes(limits.Attributes, LineNumber);
    }
}
