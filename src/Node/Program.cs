System.Console.WriteLine("tambo");
