using System.Diagnostics;
using System.Globalization;
using Tambo.Bench.Running;

namespace Tambo.Bench.Pages;

/// <summary>nginx with two workers, which serves the bytes as a file it keeps open.</summary>
internal static class Nginx
{
    private static readonly string? Program = Array.Find(["/usr/sbin/nginx", "/usr/local/sbin/nginx"], File.Exists);

    public static bool IsInstalled => Program is not null;

    /// <summary>Serves the file of a folder, for which the folder also holds nginx's own files.</summary>
    public static async Task<WebProcess> StartAsync(string folder, string file)
    {
        var port = WebProcess.FreePort();
        var site = Directory.CreateDirectory(Path.Combine(folder, "site")).FullName;
        File.Copy(file, Path.Combine(site, "page.html"), overwrite: true);
        // When root starts nginx its workers would be nobody, who may not enter a temporary folder.
        var user = Environment.IsPrivilegedProcess ? "user root;" : "";
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $$"""
            {{user}}
            worker_processes 2;
            daemon off;
            pid {{folder}}/nginx.pid;
            error_log stderr crit;
            events { worker_connections 1024; }
            http {
                access_log off;
                sendfile on;
                tcp_nopush on;
                keepalive_requests 100000000;
                open_file_cache max=100 inactive=60s;
                open_file_cache_valid 60s;
                types { text/html html; }
                client_body_temp_path {{folder}}/body;
                proxy_temp_path {{folder}}/proxy;
                fastcgi_temp_path {{folder}}/fastcgi;
                uwsgi_temp_path {{folder}}/uwsgi;
                scgi_temp_path {{folder}}/scgi;
                server {
                    listen 127.0.0.1:{{port}};
                    root {{site}};
                }
            }
            """));
        return await WebProcess.StartAsync(
            () => Process.Start(new ProcessStartInfo(Program!, ["-c", configuration, "-p", folder]))
                ?? throw new InvalidOperationException("nginx did not start."),
            port,
            "/page.html");
    }
}
