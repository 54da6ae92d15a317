namespace Tambo.Platform.Http;

/// <summary>
/// Marks addresses that stand in for another institution's interface: its programs bring their key in a header of their
/// own, and ours is taken from there too. A token in <c>Authorization</c> comes first.
/// </summary>
/// <param name="Name">The header.</param>
public sealed record TokenHeader(string Name);
