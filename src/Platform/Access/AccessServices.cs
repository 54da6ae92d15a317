using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tambo.Platform.Access.Account;
using Tambo.Platform.Access.Passwords;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Access.SecondFactors;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.SignIn;
using Tambo.Platform.Access.Tokens;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Parts;
using Tambo.Platform.Sending;

namespace Tambo.Platform.Access;

/// <summary>How a node comes by signing in and the care of its users.</summary>
public static class AccessServices
{
    /// <summary>The permissions of the ground.</summary>
    public static IReadOnlyList<string> Permissions { get; } = ["users.manage", "audit.read", "node.operate"];

    /// <summary>The staff pages of users in the menu.</summary>
    public static IReadOnlyList<MenuItem> Menu { get; } = [new MenuItem("users.menu", "/staff/users", "users.manage")];

    /// <summary>What has to be repeated: forgetting sessions, devices and counters that have expired.</summary>
    public static IReadOnlyList<Job> Jobs { get; } =
    [
        new Job("platform.access_sweep", TimeSpan.FromMinutes(10), static (services, cancellationToken) =>
            services.GetRequiredService<SessionStore>().SweepAsync(cancellationToken)),
    ];

    /// <summary>
    /// Registers signing in; <see cref="NodeDb"/>, <see cref="NodeKey"/>, TimeProvider and the page shell are the node's.
    /// </summary>
    public static IServiceCollection AddAccess(this IServiceCollection services, AccessSettings settings)
    {
        services.AddProtectionKeys();
        services.AddSingleton(settings);
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = settings.PasswordRounds);
        services.AddScoped<Acting>();
        services.AddIdentityCore<User>().AddUserStore<UserStore>();
        services.Replace(ServiceDescriptor.Singleton<IPasswordHasher<User>, PasswordHasher<User>>());
        services.Replace(ServiceDescriptor.Singleton<ILookupNormalizer, SignInNameNormalizer>());
        services.Configure<IdentityPasskeyOptions>(options =>
        {
            options.ServerDomain = settings.PublicUrl?.Host;
            options.UserVerificationRequirement = "required";
            // Kept by the device with its owner's key, so that it signs in by itself; a security key that has no room for
            // that still serves as the second step.
            options.ResidentKeyRequirement = "preferred";
            options.ValidateOrigin = origin => ValueTask.FromResult(IsOwnOrigin(origin, settings));
        });
        services.AddScoped<IPasskeyHandler<User>, PasskeyHandler<User>>();
        services.AddSingleton<PasskeyChallenges>();
        services.AddScoped<PasskeyDesk>();
        services.AddScoped<AccountDesk>();
        services.AddSingleton<UserDesk>();
        services.AddSingleton<PasswordDesk>();
        services.AddHostedService<PasswordWarming>();
        services.AddSingleton<PresentPassword>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<ApiTokens>();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<KnownDevices>();
        services.AddSingleton<SignInLinks>();
        services.AddSingleton<SecondFactorDesk>();
        services.AddSingleton<SignInGuard>();
        services.AddSingleton<SignInFlow>();
        services.AddSingleton(provider => new SessionActors(
            provider.GetRequiredService<NodeDb>(), provider.GetRequiredService<SessionStore>(), provider.GetRequiredService<ApiTokens>()));
        services.AddSingleton(provider => new StaffUsers(
            provider.GetRequiredService<NodeDb>(), provider.GetRequiredService<SignInLinks>()));
        services.AddSingleton(provider => new LinkMail(
            provider.GetRequiredService<StaffUsers>(), provider.GetRequiredService<Outbox>(), provider.GetRequiredService<TextCatalog>(), settings));
        services.AddSingleton<ActorFinder>(provider => provider.GetRequiredService<SessionActors>().ResolveAsync);
        return services;
    }

    /// <summary>Brings the shipped roles up to this version of the program; run once after migrating.</summary>
    public static Task SeedRolesAsync(NodeDb db, CancellationToken cancellationToken) => RoleCatalog.SeedAsync(db, cancellationToken);

    // The framework takes any HTTPS port of the host and no loopback; here it is the node's own address, exactly.
    private static bool IsOwnOrigin(PasskeyOriginValidationContext context, AccessSettings settings)
    {
        var request = context.HttpContext.Request;
        var own = settings.PublicUrl?.GetLeftPart(UriPartial.Authority) ?? $"{request.Scheme}://{request.Host}";
        return !context.CrossOrigin && string.Equals(context.Origin, own, StringComparison.OrdinalIgnoreCase);
    }

    private sealed class SignInNameNormalizer : ILookupNormalizer
    {
        public string? NormalizeName(string? name) => name is null ? null : SignInName.Normalise(name);

        public string? NormalizeEmail(string? email) => email?.Trim();
    }
}
