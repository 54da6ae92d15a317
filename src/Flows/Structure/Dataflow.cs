namespace Tambo.Flows.Structure;

/// <summary>A kind of figures with what each of them says: what SDMX calls a dataflow with its data structure.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Components">What each observation says, in order.</param>
public sealed record Dataflow(string Code, IReadOnlyList<Component> Components)
{
    /// <summary>The component that says when.</summary>
    public const string Period = "TIME_PERIOD";

    /// <summary>The component that says what is counted: persons, movements or encounters are never added together.</summary>
    public const string Unit = "UNIT_MEASURE";

    /// <summary>The component that says which table a figure stands in.</summary>
    public const string Series = "SERIES";

    /// <summary>The measure that most dataflows have.</summary>
    public const string Value = "OBS_VALUE";

    private static readonly Component[] Where =
    [
        new(Series, ComponentKind.Code), new(Period, ComponentKind.Period), new("REF_AREA", ComponentKind.Code, "CL_AREA"),
    ];

    private static readonly Component[] How =
    [
        new(Unit, ComponentKind.Code, "CL_UNIT"), new("COLL_METHOD", ComponentKind.Code, "CL_METHOD"), new("OBS_STATUS", ComponentKind.Code, "CL_OBS_STATUS"),
        new("CONF_STATUS", ComponentKind.Code, "CL_CONF_STATUS"), new("DATA_SOURCE", ComponentKind.Code), new(Value, ComponentKind.Count),
    ];

    private static readonly Component[] Who =
    [
        new("SEX", ComponentKind.Code, "CL_SEX"), new("AGE", ComponentKind.Age, "CL_AGE"), new("CITIZENSHIP", ComponentKind.Code, "CL_AREA"),
    ];

    /// <summary>Persons, movements or encounters at a border or on a route.</summary>
    public static Dataflow Flow { get; } = new("FLOW",
    [
        .. Where, new("POINT", ComponentKind.Code, "CL_POINT"), new("DIRECTION", ComponentKind.Code, "CL_DIRECTION"), new("ENTRY_STATUS", ComponentKind.Code, "CL_ENTRY"),
        new("NATIONAL_CODE", ComponentKind.Code), .. Who, new("C_ORIGIN", ComponentKind.Code, "CL_AREA"), new("C_PREVIOUS", ComponentKind.Code, "CL_AREA"),
        new("C_NEXT", ComponentKind.Code, "CL_AREA"), new("C_DEST", ComponentKind.Code, "CL_AREA"), new("ROUTE", ComponentKind.Code, "CL_ROUTE"),
        new("TRANS_MODE", ComponentKind.Code, "CL_TRANSPORT"), new("REASON", ComponentKind.Code, "CL_REASON"), new("VULN", ComponentKind.Code, "CL_VULN"), .. How,
    ]);

    /// <summary>Persons who are somewhere at a time.</summary>
    public static Dataflow Stock { get; } = new("STOCK",
    [
        .. Where, new("POP_GROUP", ComponentKind.Code, "CL_POP_GROUP"), new("C_ORIGIN", ComponentKind.Code, "CL_AREA"), .. Who,
        new("BASIS", ComponentKind.Code, "CL_BASIS"), new("REASON", ComponentKind.Code, "CL_REASON"), new("ROUND", ComponentKind.Code), .. How,
    ]);

    /// <summary>Persons who were returned, or went back.</summary>
    public static Dataflow Returns { get; } = new("RETURN",
    [
        .. Where, new("C_ORIGIN", ComponentKind.Code, "CL_AREA"), new("C_DEST", ComponentKind.Code, "CL_AREA"), new("RETURN_TYPE", ComponentKind.Code, "CL_RETURN"),
        .. Who, new("TRANS_MODE", ComponentKind.Code, "CL_TRANSPORT"), .. How,
    ]);

    /// <summary>Deaths and disappearances on the way, one observation an incident.</summary>
    public static Dataflow Incidents { get; } = new("INCIDENT",
    [
        .. Where, new("INCIDENT", ComponentKind.Text), new("ROUTE", ComponentKind.Code, "CL_ROUTE"), new("CAUSE", ComponentKind.Code, "CL_CAUSE"),
        new("C_ORIGIN", ComponentKind.Code, "CL_AREA"), new("PLACE", ComponentKind.Text), new("LINK", ComponentKind.Text), .. How,
        new("DEAD", ComponentKind.Count), new("MISSING", ComponentKind.Count), new("SURVIVORS", ComponentKind.Count), new("FEMALE", ComponentKind.Count),
        new("MALE", ComponentKind.Count), new("CHILDREN", ComponentKind.Count), new("LATITUDE", ComponentKind.Number), new("LONGITUDE", ComponentKind.Number),
    ]);

    /// <summary>What people asked in surveys said, weighted; never single answers.</summary>
    public static Dataflow Survey { get; } = new("SURVEY",
    [
        .. Where, new("POINT", ComponentKind.Code, "CL_POINT"), .. Who, new("QUESTION", ComponentKind.Code), new("ANSWER", ComponentKind.Code), .. How,
        new("SAMPLE", ComponentKind.Count), new("LOWER_BOUND", ComponentKind.Number), new("UPPER_BOUND", ComponentKind.Number),
    ]);

    /// <summary>Every dataflow.</summary>
    public static IReadOnlyList<Dataflow> All { get; } = [Flow, Stock, Returns, Incidents, Survey];

    /// <summary>The dataflow of a code, or null.</summary>
    public static Dataflow? Find(string code) => All.FirstOrDefault(flow => flow.Code.Equals(code, StringComparison.OrdinalIgnoreCase));

    /// <summary>The component of a code, or null.</summary>
    public Component? this[string component] => Components.FirstOrDefault(one => one.Code.Equals(component, StringComparison.OrdinalIgnoreCase));
}
