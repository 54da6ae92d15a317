using System.Globalization;
using Tambo.Guide.Directory;
using Tambo.Guide.Schedules;
using Tambo.Platform.Places;

namespace Tambo.Guide.Staff;

/// <summary>A place, and what a service does there, as the answers of a form, and back.</summary>
internal static class PlaceForm
{
    /// <summary>What makes a place usable with a disability: the codes that are asked about.</summary>
    public static IReadOnlyList<string> AccessibilityCodes { get; } =
        ["wheelchair", "ramp", "elevator", "restroom", "parking", "braille", "deaf_interpreter"];

    /// <summary>Telephones of the place itself, whatever is given there.</summary>
    public static PartRows<Phone> PlacePhones { get; } = RecordRows.PhonesUnder("place-phone");

    /// <summary>Telephones of the service at this place.</summary>
    public static PartRows<Phone> OfferPhones { get; } = RecordRows.PhonesUnder("here-phone");

    /// <summary>Whom to ask for at this place.</summary>
    public static PartRows<Contact> OfferContacts { get; } = RecordRows.ContactsUnder("here-contact");

    /// <summary>Fills the form.</summary>
    public static FormValues Of(Location place, ServiceAtLocation offer)
    {
        var values = new FormValues
        {
            ["offer_version"] = offer.Version.ToString(CultureInfo.InvariantCulture),
            ["offer_description"] = offer.Description,
        };
        Write(values, place);
        OfferPhones.Write(values, offer.Phones);
        OfferContacts.Write(values, offer.Contacts);
        RecordRows.Exceptions.Write(values, offer.HolidaySchedules);
        HoursRows.Write(values, offer.Schedules);
        return values;
    }

    /// <summary>Fills in the place alone, as it stands.</summary>
    public static void Write(FormValues values, Location place)
    {
        var address = place.Addresses is [var first, ..] ? first : new Address();
        foreach (var (name, value) in new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["version"] = place.Version.ToString(CultureInfo.InvariantCulture),
            ["place_name"] = place.Name,
            ["address_1"] = address.Address1,
            ["address_2"] = address.Address2,
            ["city"] = address.City,
            ["state_province"] = address.StateProvince,
            ["postal_code"] = address.PostalCode,
            ["country"] = place.Country.Length > 0 ? place.Country : address.Country,
            ["admin_area"] = place.AdminArea,
            ["latitude"] = Degrees(place.Latitude),
            ["longitude"] = Degrees(place.Longitude),
            ["position_precision"] = place.PositionPrecision,
            ["time_zone"] = place.TimeZone,
            ["place_confidentiality"] = place.Confidentiality,
            ["transportation"] = place.Transportation,
            ["accessibility_text"] = string.Join('\n', place.Accessibility.Where(a => a.Code.Length == 0).Select(a => a.Description)),
        })
        {
            values[name] = value;
        }

        values.Set("accessibility", [.. place.Accessibility.Select(a => a.Code).Where(code => code.Length > 0)]);
        PlacePhones.Write(values, place.Phones);
    }

    /// <summary>The place that a form means.</summary>
    public static Location Read(FormReading form, Location before, bool mayHide, DateTimeOffset now)
    {
        var read = before with
        {
            Name = form.Text("place_name"),
            Transportation = form.Text("transportation", FormReading.LongText),
            Country = Countries.Find(form.Values["country"])?.Alpha2 ?? (form.Values["country"].Length == 0 ? "" : before.Country),
            AdminArea = AdminAreas.Find(form.Values["admin_area"])?.Code ?? (form.Values["admin_area"].Length == 0 ? "" : before.AdminArea),
            Latitude = form.Number("latitude", -90, 90, GuideProblems.PositionUnfit),
            Longitude = form.Number("longitude", -180, 180, GuideProblems.PositionUnfit),
            PositionPrecision = form.OneOf("position_precision", ["exact", "approximate"], before.PositionPrecision),
            TimeZone = form.Text("time_zone"),
            Phones = PlacePhones.Read(form, before.Phones, now),
            Addresses = ReadAddress(form, before.Addresses, now),
            Accessibility = ReadAccessibility(form, before.Accessibility, now),
        };
        // 0/0 lies in the sea and is what programs write when they know nothing.
        if (read.Latitude is null != read.Longitude is null || read is { Latitude: 0, Longitude: 0 })
            form.Refuse(read.Latitude is null ? "latitude" : "longitude", GuideProblems.PositionUnfit);
        if (read.TimeZone.Length > 0 && read.TimeZone != before.TimeZone && ZoneClock.Find(read.TimeZone) is null)
            form.Refuse("time_zone", GuideProblems.TimeZoneUnknown);
        return mayHide
            ? read with { Confidentiality = form.OneOf("place_confidentiality", Confidentiality.Levels, before.Confidentiality) }
            : read;
    }

    /// <summary>Notes that the place lies outside what the person looks after, beside the field that says where it is.</summary>
    public static void RefuseOutside(FormReading form) => form.Refuse(
        AdminAreas.Find(form.Values["admin_area"])?.Country == form.Values["country"] ? "admin_area" : "country", GuideProblems.PlaceOutside);

    /// <summary>What the service does there, as a form means it.</summary>
    public static ServiceAtLocation ReadOffer(FormReading form, ServiceAtLocation before, DateTimeOffset now) => before with
    {
        Description = form.Text("offer_description", FormReading.LongText),
        Phones = OfferPhones.Read(form, before.Phones, now),
        Contacts = OfferContacts.Read(form, before.Contacts, now),
        HolidaySchedules = RecordRows.Exceptions.Read(form, before.HolidaySchedules, now),
        Schedules = HoursRows.Read(form, before.Schedules, now),
    };

    private static List<Address> ReadAddress(FormReading form, IReadOnlyList<Address> before, DateTimeOffset now)
    {
        var old = before is [var first, ..] ? first : null;
        var read = (old ?? new Address { Id = Guid.CreateVersion7(now) }) with
        {
            Address1 = form.Text("address_1"),
            Address2 = form.Text("address_2"),
            City = form.Text("city"),
            StateProvince = form.Text("state_province"),
            PostalCode = form.Text("postal_code"),
        };
        var empty = read is { Address1: "", Address2: "", City: "", StateProvince: "", PostalCode: "" };
        if (empty)
            return [.. before.Skip(1)];
        return [read.Country.Length > 0 ? read : read with { Country = form.Values["country"] }, .. before.Skip(1)];
    }

    private static List<Accessibility> ReadAccessibility(FormReading form, IReadOnlyList<Accessibility> before, DateTimeOffset now)
    {
        var codes = form.Values.All("accessibility").Where(AccessibilityCodes.Contains).ToList();
        var lines = form.Text("accessibility_text", FormReading.LongText).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return
        [
            // A code that no question asks about stays.
            .. before.Where(a => a.Code.Length > 0 && (codes.Contains(a.Code) || !AccessibilityCodes.Contains(a.Code))),
            .. codes.Where(code => before.All(a => a.Code != code)).Select(code => new Accessibility { Id = Guid.CreateVersion7(now), Code = code }),
            .. lines.Select(line => before.FirstOrDefault(a => a.Code.Length == 0 && a.Description == line)
                ?? new Accessibility { Id = Guid.CreateVersion7(now), Description = line }),
        ];
    }

    private static string Degrees(double? degrees) => degrees?.ToString(CultureInfo.InvariantCulture) ?? "";
}
