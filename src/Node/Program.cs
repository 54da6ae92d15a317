using System.CommandLine;
using System.Globalization;
using Tambo.Node.Verbs;

// What people read is formatted by their language (Texts); everything else is the same on every machine.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;

var root = new RootCommand("Tambo: one node of the migration information and cooperation network.") { Serve.Command() };
return await root.Parse(args).InvokeAsync();
