namespace Cohort.Actors; public static class Placeholder;
