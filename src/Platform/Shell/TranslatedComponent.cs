using Microsoft.AspNetCore.Components;
using Tambo.Platform.Languages;

namespace Tambo.Platform.Shell;

/// <summary>A page or a piece of one, which speaks the reader's language through <see cref="T"/>.</summary>
public abstract class TranslatedComponent : ComponentBase
{
    /// <summary>The texts of the reader's language.</summary>
    [CascadingParameter]
    public Texts T { get; set; } = null!;

    /// <summary>Where the page stands.</summary>
    [CascadingParameter]
    public PageContext Page { get; set; } = null!;
}
