namespace Tambo.Flows.Pages;

/// <summary>Somebody walks from a figure back to the rows of the files.</summary>
internal static class ShowRows
{
    public const string Root = FlowsView.Root + "/rows";
}
