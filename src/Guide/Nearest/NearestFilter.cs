namespace Tambo.Guide.Nearest;

/// <summary>
/// What a search asks about a row that is near enough and whose week mask leaves the matter open.
/// Implemented by structs, so that the search is compiled for each kind of filter and calls nothing through a table.
/// </summary>
internal interface INearestFilter
{
    /// <summary>The state to the minute, at the moment the reader asked about; asked only when the query has a need.</summary>
    OpenState StateOf(int id);

    /// <summary>Everything else: language spoken, accessibility, free, for children.</summary>
    bool Accepts(int id);
}

/// <summary>Takes every row, and the week mask's word for its opening: right when hours are whole.</summary>
internal readonly struct EveryRow : INearestFilter
{
    public OpenState StateOf(int id) => OpenState.Open;

    public bool Accepts(int id) => true;
}

/// <summary>A filter from two functions; one left out accepts, as <see cref="EveryRow"/> does.</summary>
internal readonly struct RowsWhere(Func<int, OpenState>? stateOf = null, Func<int, bool>? accepts = null) : INearestFilter
{
    public OpenState StateOf(int id) => stateOf is null ? OpenState.Open : stateOf(id);

    public bool Accepts(int id) => accepts is null || accepts(id);
}
