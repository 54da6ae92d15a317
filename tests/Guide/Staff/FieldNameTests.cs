using System.Text.Json.Serialization.Metadata;
using Tambo.Guide.Directory;
using Tambo.Platform.Languages;

namespace Tambo.Tests.Guide.Staff;

/// <summary>History speaks the reader's language, whatever field has changed.</summary>
public sealed class FieldNameTests
{
    [Theory]
    [InlineData(typeof(Service))]
    [InlineData(typeof(Location))]
    [InlineData(typeof(ServiceAtLocation))]
    [InlineData(typeof(Organization))]
    public void Every_field_of_a_record_has_a_name_that_people_read(Type record)
    {
        var english = TextCatalog.Load(Node.Parts.All.Select(part => part.Assembly)).In("en");
        var names = new HashSet<string>(StringComparer.Ordinal) { "translations", "confidentiality", "text_language", "value", "method", "reviewer", "reviewed_at", "agency_id" };
        Collect(RecordJson.Options.GetTypeInfo(record), names);
        Assert.Empty(names.Where(name => name != "id" && !english.Has("edit.field." + name)).Order(StringComparer.Ordinal));
    }

    private static void Collect(JsonTypeInfo type, HashSet<string> names)
    {
        foreach (var property in type.Properties.Where(property => !property.IsExtensionData && property.Get is not null && property.Name != "metadata"))
        {
            names.Add(property.Name);
            var inner = RecordJson.Options.GetTypeInfo(property.PropertyType);
            if (inner.Kind == JsonTypeInfoKind.Enumerable)
                inner = RecordJson.Options.GetTypeInfo(inner.ElementType!);
            if (inner.Kind == JsonTypeInfoKind.Object)
                Collect(inner, names);
        }
    }
}
