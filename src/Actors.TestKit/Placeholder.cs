namespace Cohort.Actors.Testing; public static class Placeholder;
