using System.Globalization;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Schedules;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Staff;

/// <summary>What is asked about the parts of a record: telephones, contacts, exceptions of the hours, prices, free places, areas.</summary>
internal static class RecordRows
{
    private const double MostUnits = 1_000_000;

    public static PartRows<Phone> Phones { get; } = PhonesUnder("phone");

    public static PartRows<Contact> Contacts { get; } = ContactsUnder("contact");

    public static PartRows<HolidaySchedule> Exceptions { get; } = new(
        "exception",
        "edit.field.holiday_schedules",
        new(new("start_date", FieldKind.Date), e => e.StartDate, (e, form, name) => e with { StartDate = form.Text(name) }),
        new(new("end_date", FieldKind.Date), e => e.EndDate, (e, form, name) => e with { EndDate = form.Text(name) }),
        new(new("opens_at", FieldKind.Time), e => e.OpensAt, (e, form, name) => e with { OpensAt = form.Text(name) }),
        new(new("closes_at", FieldKind.Time), e => e.ClosesAt, (e, form, name) => e with { ClosesAt = form.Text(name) }),
        new(new("closed", FieldKind.Checkbox), e => e.Closed ? "true" : "", (e, form, name) => e with { Closed = form.Values.Ticked(name) }),
        new(new("closes_next_day", FieldKind.Checkbox), e => e.ClosesNextDay ? "true" : "", (e, form, name) => e with { ClosesNextDay = form.Values.Ticked(name) }),
        new(new("description") { LabelKey = "edit.hint.exception_note" }, e => e.Description, (e, form, name) => e with { Description = form.Text(name) }))
    {
        Spare = 2,
        Check = static (_, read, form, name) =>
        {
            if (PlaceHours.Fields(read).Check().Issues.FirstOrDefault(issue => issue.Fatal) is { } issue)
                form.Refuse(name(issue.Field), RefusalOf(issue));
            return read;
        },
    };

    public static PartRows<CostOption> Costs { get; } = new(
        "cost",
        "edit.field.cost_options",
        new(new("option"), c => c.Option, (c, form, name) => c with { Option = form.Text(name) }),
        new(new("amount") { InputMode = "decimal" }, c => Number(c.Amount), (c, form, name) => c with { Amount = form.Number(name, 0, 1e12, GuideProblems.AmountUnfit) }),
        new(new("currency") { MaxLength = 10 }, c => c.Currency, (c, form, name) => c with { Currency = Currency(form, name, c.Currency) }),
        new(new("amount_description"), c => c.AmountDescription, (c, form, name) => c with { AmountDescription = form.Text(name) }),
        new(new("valid_from", FieldKind.Date), c => c.ValidFrom, (c, form, name) => c with { ValidFrom = form.Day(name, c.ValidFrom) }),
        new(new("valid_to", FieldKind.Date), c => c.ValidTo, (c, form, name) => c with { ValidTo = form.Day(name, c.ValidTo) }))
    {
        Check = static (before, read, form, name) =>
        {
            if (read.Amount is not null && read.Currency.Length == 0 && before.Amount != read.Amount)
                form.Refuse(name("currency"), GuideProblems.CurrencyUnknown);
            if (string.CompareOrdinal(read.ValidTo, read.ValidFrom) < 0 && read.ValidTo.Length > 0)
                form.Refuse(name("valid_to"), GuideProblems.DatesReversed);
            return read;
        },
    };

    public static PartRows<WebLink> Links { get; } = new(
        "link",
        "edit.field.additional_urls",
        new(new("url", FieldKind.Url) { MaxLength = 2000 }, l => l.Url, (l, form, name) => l with { Url = form.Web(name, l.Url) }),
        new(new("label"), l => l.Label, (l, form, name) => l with { Label = form.Text(name) }));

    public static PartRows<ServiceArea> Areas { get; } = new(
        "area",
        "edit.field.service_areas",
        new(new("name"), a => a.Name, (a, form, name) => a with { Name = form.Text(name) }),
        new(new("description"), a => a.Description, (a, form, name) => a with { Description = form.Text(name) }));

    /// <summary>Free places; whoever changes a number and says no moment of it means now.</summary>
    public static PartRows<Capacity> Capacities(DateTimeOffset now) => new(
        "capacity",
        "edit.field.capacities",
        new(new("unit"), c => c.Unit?.Name ?? "", (c, form, name) => c with { Unit = Unit(c.Unit, form.Text(name)) }),
        new(new("available") { InputMode = "numeric" }, c => Number(c.Available), (c, form, name) => c with { Available = Whole(form, name) }),
        new(new("maximum") { InputMode = "numeric" }, c => Number(c.Maximum), (c, form, name) => c with { Maximum = Whole(form, name) }),
        new(new("updated", FieldKind.Date), c => c.Updated, (c, form, name) => c with { Updated = Moment(form, name, c.Updated) }),
        new(new("description"), c => c.Description, (c, form, name) => c with { Description = form.Text(name) }))
    {
        Check = (before, read, form, name) =>
        {
            if (read.Available > read.Maximum)
                form.Refuse(name("available"), GuideProblems.CapacityExceeded);
            if (read.Available is null && read.Maximum is null && before.Available is null && before.Maximum is null)
                form.Refuse(name("available"), FormProblems.Missing);
            var counted = (read.Available, read.Maximum) != (before.Available, before.Maximum);
            return counted && read.Updated == before.Updated ? read with { Updated = Platform.Database.Instants.Write(now) } : read;
        },
    };

    public static PartRows<Phone> PhonesUnder(string prefix) => new(
        prefix,
        "edit.field.phones",
        new(new("number", FieldKind.Tel) { MaxLength = 100 }, p => p.Number, (p, form, name) => p with { Number = Telephone(form, name, p.Number) }),
        new(new("extension") { InputMode = "numeric", MaxLength = 6 }, p => Number(p.Extension),
            (p, form, name) => p with { Extension = form.Number(name, 0, 999_999, GuideProblems.PhoneUnfit) }),
        new(new("description") { LabelKey = "edit.hint.phone_note" }, p => p.Description, (p, form, name) => p with { Description = form.Text(name) }))
    {
        Spare = 2,
        Check = static (_, read, form, name) =>
        {
            if (read.Number.Length == 0)
                form.Refuse(name("number"), FormProblems.Missing);
            return read;
        },
    };

    public static PartRows<Contact> ContactsUnder(string prefix) => new(
        prefix,
        "edit.field.contacts",
        new(new("name"), c => c.Name, (c, form, name) => c with { Name = form.Text(name) }),
        new(new("title"), c => c.Title, (c, form, name) => c with { Title = form.Text(name) }),
        new(new("department"), c => c.Department, (c, form, name) => c with { Department = form.Text(name) }),
        new(new("email", FieldKind.Email), c => c.Email, (c, form, name) => c with { Email = form.Email(name, c.Email) }),
        new(new("number", FieldKind.Tel) { LabelKey = "edit.field.phones", MaxLength = 100 }, c => c.Phones is [var first, ..] ? first.Number : "", FirstPhone));

    private static Contact FirstPhone(Contact contact, FormReading form, string name)
    {
        var first = contact.Phones is [var known, ..] ? known : null;
        var number = Telephone(form, name, first?.Number ?? "");
        if (number == (first?.Number ?? ""))
            return contact;
        var rest = contact.Phones.Skip(1);
        return contact with
        {
            Phones = number.Length == 0 ? [.. rest] : [(first ?? new Phone { Id = StableId.Of("phone", contact.Id.ToString("D")) }) with { Number = number }, .. rest],
        };
    }

    // What a source wrote may be wrong; it is refused only when it was written here.
    private static string Telephone(FormReading form, string name, string before)
    {
        var number = form.Text(name);
        if (number.Length > 0 && number != before && number.Count(char.IsAsciiDigit) < 2)
            form.Refuse(name, GuideProblems.PhoneUnfit);
        return number;
    }

    private static string Currency(FormReading form, string name, string before)
    {
        var code = form.Text(name).ToUpperInvariant();
        if (code.Length > 0 && !string.Equals(code, before, StringComparison.OrdinalIgnoreCase) && Currencies.Find(code) is null)
            form.Refuse(name, GuideProblems.CurrencyUnknown);
        return string.Equals(code, before, StringComparison.OrdinalIgnoreCase) ? before : code;
    }

    private static double? Whole(FormReading form, string name)
    {
        var number = form.Number(name, 0, MostUnits, GuideProblems.AmountUnfit);
        if (number is { } known && known != Math.Floor(known))
            form.Refuse(name, GuideProblems.AmountUnfit);
        return number;
    }

    private static string Moment(FormReading form, string name, string before)
    {
        var text = form.Text(name);
        if (text.Length > 0 && text != before && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
            form.Refuse(name, GuideProblems.DateUnfit);
        return text;
    }

    private static CapacityUnit? Unit(CapacityUnit? before, string name) =>
        name == (before?.Name ?? "") ? before : name.Length == 0 ? null : new CapacityUnit { Id = StableId.Of("unit", name), Name = name };

    private static ProblemKind RefusalOf(ScheduleIssue issue) => issue.Code switch
    {
        ScheduleIssue.BadDate => GuideProblems.DateUnfit,
        ScheduleIssue.ValidityReversed => GuideProblems.DatesReversed,
        ScheduleIssue.HalfHours => GuideProblems.HoursIncomplete,
        _ => GuideProblems.HoursReversed,
    };

    private static string Number(double? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
